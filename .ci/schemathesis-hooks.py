"""What Schemathesis cannot know of this API from its description: which ids there are, and what holds over all operations.

`CALLER` says who asks: `admin`, `person` or `machine`; `API_URL` whom, `API_TOKEN` with which credential, and `LINK` what stands in
a link to unsubscribe.
"""

import itertools
import json
import os
import urllib.request

import schemathesis
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

CALLER = os.environ["CALLER"]
CATEGORIES = {
    "chat.message", "chat.mention", "chat.added", "order.updated", "agent.run_completed", "agent.alert", "system.broadcast",
    "customer.registered",
}
# Of RFC 8291, appendix A: a point of the curve.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
numbers = itertools.count()


def operation_id(case):
    return case.operation.definition.raw["operationId"]


# What a schema cannot say of a request that is to be carried out. Only those that are meant to be are completed, and those that are
# meant to be refused stay as they are.


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.meta.generation.mode.is_positive:
        write_whole_numbers(case.body)
        complete = COMPLETIONS.get(operation_id(case))
        if complete:
            complete(case)


def write_whole_numbers(value):
    """To a schema `7.0` is a whole number; on the wire it is none."""
    for key, inner in list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []:
        if isinstance(inner, float) and inner.is_integer() and abs(inner) < 2**53:
            value[key] = int(inner)
        write_whole_numbers(inner)


def complete_events(case):
    for event in case.body if isinstance(case.body, list) else [case.body]:
        complete_event(event)


def complete_question(case):
    complete_event(case.body["event"])


def complete_event(event):
    event["time"] = "2026-03-13T14:00:00Z"  # not ahead of the clock
    if event["type"] == "message.sent" and event["data"]["category"] not in CATEGORIES:
        event["data"]["category"] = "chat.message"


def complete_row(case):
    if case.body.get("category") and case.body["category"] not in CATEGORIES:
        case.body["category"] = "chat.message"


def complete_key(case):
    if case.body.get("expires_at") is not None:
        case.body["expires_at"] = "2099-01-01T00:00:00Z"


def complete_subscription(case):
    case.body["endpoint"] = f"https://fcm.googleapis.com/fcm/send/{next(numbers)}"
    case.body["keys"]["p256dh"] = P256DH


def complete_ids(case):
    """With as many of the caller's notifications as were asked for, if they may change them at all."""
    if CALLER != "admin":
        return
    headers = {"Authorization": f"Bearer {os.environ['API_TOKEN']}"}
    request = urllib.request.Request(os.environ["API_URL"] + "/api/notifications?limit=5", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        ids = [notification["id"] for notification in json.load(response)]
    case.body["notification_ids"] = ids[: max(1, min(len(case.body["notification_ids"]), 2))]


def complete_page(case):
    (case.query or {}).pop("cursor", None)  # none but one that was answered


def complete_flip(case):
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"key-{next(numbers)}"  # one that was not used with another body


def complete_link(case):
    case.path_parameters["token"] = os.environ["LINK"]


COMPLETIONS = {
    "ingest-events": complete_events,
    "decide-delivery": complete_question,
    "put-channel-preference": complete_row,
    "create-api-key": complete_key,
    "add-push-subscription": complete_subscription,
    "mark-notifications-read": complete_ids,
    "mark-notifications-unread": complete_ids,
    "delete-notifications": complete_ids,
    "list-notifications": complete_page,
    "list-deliveries": complete_page,
    "toggle-issue-watch": complete_flip,
    "toggle-report-watch": complete_flip,
    "unsubscribe-page": complete_link,
    "unsubscribe": complete_link,
}


@schemathesis.deserializer("text/html")
def page(context, response):
    return response.content.decode()


# What holds over all operations, besides what the description says of each.


def is_of_the_gateway(response):
    return response.status_code == 404 and response.content == b'{"message":"Not Found"}'


@schemathesis.check
def undeclared_method_is_not_found(ctx, response, case):
    """What no route answers, the gateway does."""
    phase = case.meta.phase.data if case.meta else None
    if isinstance(phase, CoveragePhaseData) and phase.scenario == CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        if response.request.method != "OPTIONS":
            assert is_of_the_gateway(response), f"{response.request.method} is answered {response.status_code}"


def takes_caller(case):
    security = case.operation.definition.raw.get("security", [{"person": []}])
    return CALLER == "admin" or {CALLER: []} in security


@schemathesis.check
def machines_are_kept_out(ctx, response, case):
    """Of what is for people, an API key is told nothing else. Links ask for no credential."""
    is_open = case.operation.definition.raw.get("security") == []
    if CALLER == "machine" and not takes_caller(case) and not is_open:
        refused = response.status_code in (401, 403) or is_of_the_gateway(response)
        assert refused, f"an API key is answered {response.status_code}"


@schemathesis.check
class EveryOperationIsCarriedOut:
    """An operation that was only ever refused was not looked at: each is for admins, and some for machines."""

    def __init__(self):
        self.asked, self.carried_out = set(), set()

    def after_response(self, ctx, response, case):
        if takes_caller(case):
            self.asked.add(case.operation.label)
            if 200 <= response.status_code < 300:
                self.carried_out.add(case.operation.label)

    def after_run(self, ctx):
        never = sorted(self.asked - self.carried_out)
        assert CALLER == "person" or not never, "never carried out: " + ", ".join(never)
