"""Deploys everything to a local AWS and tries it there. `.ci/rehearsal` calls this with what it takes; docs/rehearsal.md says what it shows.

Each line that it prints holds as it is printed; at the first thing that does not hold it says what functions logged, and ends with 1.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local_aws import ACCOUNT, REGION, Failed, LocalAws, wait_for
from local_stack import STACK, Stack

ISSUER = "https://identity.example/"
AUDIENCE = "notification-preferences"
SENDER = "notifications@acme.example"
# The API has no https here, and an unsubscribe link begins with nothing else.
PUBLIC_URL = "https://notifications.acme.example"
ORG_UNIT = "acme"
JANE, BOB = "7", "8"
MESSAGES = {"category": "chat.message", "in_app_enabled": True, "email_enabled": True, "push_enabled": False, "digest": "hourly"}
# What EventBridge Scheduler puts the instant in place of, and MiniStack leaves as it is.
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


def main() -> int:
    # Whoever stops it leaves nothing running either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rehearsal-"))
    try:
        with LocalAws(folder) as aws:
            try:
                rehearse(aws)
            except Exception as error:
                print(f"FAIL  {error}" if isinstance(error, Failed) else f"FAIL  {traceback.format_exc()}")
                tell_why(aws)
                return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def rehearse(aws: LocalAws) -> None:
    issuer = Issuer()
    stack = Stack(aws, {
        "AuthIssuer": ISSUER, "AuthAudience": AUDIENCE, "AuthJwks": issuer.jwks(),
        "EmailFrom": f"Acme <{SENDER}>", "PublicUrl": PUBLIC_URL, "SlackApiUrl": "http://127.0.0.1:9/api",
    })
    # As whoever deploys has to have done.
    aws.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    aws.client("sesv2").put_account_details(MailType="TRANSACTIONAL", WebsiteURL="https://acme.example", ProductionAccessEnabled=True)

    stack.build()
    print_held("every function is built by sam")
    stack.deploy()
    everything_is_there(stack)

    api = Api(stack.outputs()["ApiUrl"])
    jane = issuer.token(JANE, permissions=["messaging:read", "messaging:update"])
    admin = issuer.token("1", role="admin")

    nobody_else_is_let_in(api, jane)
    it_passes_its_smoke_test(api, jane)
    preferences_are_kept(api, jane)
    rights_are_asked_for(aws, stack, api, jane)

    key = an_api_key(api, admin)
    an_event_reaches_the_inbox_and_the_mail(aws, api, key, jane)
    an_event_on_the_bus_does_too(aws, stack, api, issuer)
    a_bounce_makes_unreachable(aws, stack, api, issuer)
    poison_is_put_among_the_dead_letters(aws, stack)
    a_digest_goes_out_on_schedule(aws, stack, api, key, admin)

    an_update_keeps_what_is_there(aws, stack, api, jane)
    a_person_is_exported_and_erased(aws, stack)
    what_is_deleted_leaves_the_table(aws, stack)


def print_held(sentence: str) -> None:
    print(f"ok    {sentence}", flush=True)


def demand(holds, otherwise: str) -> None:
    if not holds:
        raise Failed(otherwise)


# ---- What there is after a deployment.


def everything_is_there(stack: Stack) -> None:
    found, expected = stack.resources(), {unversioned(name) for name in stack.expected()}
    differing = {unversioned(name) for name in found} ^ expected
    demand(not differing, f"only in the template or only in the stack: {sorted(differing)}")
    unfinished = {name for name, it in found.items() if it["ResourceStatus"] != "CREATE_COMPLETE"}
    demand(not unfinished, f"not made: {sorted(unfinished)}")
    functions = [it for it in found.values() if it["ResourceType"] == "AWS::Lambda::Function"]
    folders = [it for it in pathlib.Path("functions").iterdir() if it.joinpath("Cargo.toml").is_file()]
    demand(len(functions) == len(folders), f"{len(functions)} functions are deployed, of {len(folders)}")
    print_held(f"sam deploys all {len(expected)} resources of the translated template, {len(functions)} functions among them")
    for name in sorted(stack.left_out()):
        print(f"--    but for {name}, which is of a type that the local AWS does not know", flush=True)


def unversioned(name: str) -> str:
    """The name of a version of a function ends with a digest of what was uploaded, among others."""
    return re.sub(r"(?<=FunctionVersion)[0-9a-f]{10}$", "", name)


# ---- Through the API.


def nobody_else_is_let_in(api: "Api", jane: str) -> None:
    head, claims, signature = jane.split(".")
    for credential in [None, f"{head}.{claims}.{signature[::-1]}", f"npk_{'0' * 49}"]:
        status, _ = api.ask("GET", "/me/notification-prefs", credential)
        demand(status == 401, f"a call without a good credential is answered {status}")
    print_held("who has no token, a forged one or an invented API key is answered 401")


def it_passes_its_smoke_test(api: "Api", jane: str) -> None:
    ran = subprocess.run(
        [sys.executable, "deploy/smoke", "--api-url", api.url, "--token", jane], stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )
    demand(ran.returncode == 0, f"deploy/smoke ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    print_held(f"deploy/smoke: {ran.stdout.strip().splitlines()[-1]}")


def preferences_are_kept(api: "Api", jane: str) -> None:
    api.expect(200, "PUT", "/me/notification-prefs", jane, {"prefs": [{"event_type": "milestone.exited", "muted": True}]})
    api.expect(200, "PUT", "/v1/messaging/preferences", jane, MESSAGES)
    preferences_are_there(api, jane)
    print_held("preferences that are set are read again")


def preferences_are_there(api: "Api", jane: str) -> None:
    alerts = api.expect(200, "GET", "/me/notification-prefs", jane)["prefs"]
    muted = [row["event_type"] for row in alerts if row["muted"]]
    demand(muted == ["milestone.exited"], f"muted are {muted}")
    [row] = api.expect(200, "GET", "/v1/messaging/preferences", jane)["data"]
    demand({name: row[name] for name in MESSAGES} == MESSAGES, "the row of channel preferences is another one")


def rights_are_asked_for(aws: LocalAws, stack: Stack, api: "Api", jane: str) -> None:
    """Without this, all else would hold of functions that may do nothing."""
    iam, role = aws.client("iam"), stack.physical("GetNotificationPrefsFunctionRole")
    [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    status, _ = api.ask("GET", "/me/notification-prefs", jane)
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    demand(status >= 500, f"a function without its policy answers {status}")
    api.expect(200, "GET", "/me/notification-prefs", jane)
    print_held("a function may do what its policy allows, and nothing without it")


# ---- Events.


def an_api_key(api: "Api", admin: str) -> str:
    permissions = ["events:write", "directory:write", "notices:write"]
    return api.expect(201, "POST", "/v1/api-keys", admin, {"name": "Rehearsal", "permissions": permissions})["key"]


def an_event_reaches_the_inbox_and_the_mail(aws: LocalAws, api: "Api", key: str, jane: str) -> None:
    project = {"id": 1, "name": "Kendo"}
    issue = {"id": 42, "key": "KD-0042", "title": "Add pagination"}
    api.send(key, [
        event("member.upserted", member(JANE)),
        event("project.created", {"project": project, "actor": 4, "owner": int(JANE)}),
        event("issue.assigned", {"project": project, "issue": issue, "actor": 4, "assignee": int(JANE)}),
    ])
    wait_for("a row in the inbox", lambda: told(api, jane, "Add pagination"))
    print_held("an event sent with an API key becomes a row in the inbox of whom it is about")
    [email] = wait_for("an email", lambda: aws.emails(address(JANE)))
    demand("Add pagination" in email["Subject"], f"the email is about {email['Subject']}")
    demand(SENDER in email["From"], f"the email comes from {email['From']}")
    text = email.get_body(("plain",)).get_content()
    link = re.search(rf"{re.escape(PUBLIC_URL)}(/unsubscribe/\S+)", text)
    demand(link, f"the email has no link to be told no more:\n{text}")
    status, page = api.ask("GET", link[1], None)
    demand(status == 200 and b"<form" in page, f"its unsubscribe link is answered {status}")
    print_held("and an email, whose unsubscribe link shows its page")


def an_event_on_the_bus_does_too(aws: LocalAws, stack: Stack, api: "Api", issuer: "Issuer") -> None:
    message = {"category": "chat.message", "recipients": [int(BOB)], "title": "Lunch?", "actor": 4}
    for of in [event("member.upserted", member(BOB)), event("message.sent", message)]:
        put_on_bus(aws, stack.outputs()["EventBusName"], "tracker", of["type"], {**of, "orgunit": ORG_UNIT})
    wait_for("a row in the inbox", lambda: told(api, issuer.token(BOB), "Lunch?"))
    print_held("so does an event that another system put on the bus")


def a_bounce_makes_unreachable(aws: LocalAws, stack: Stack, api: "Api", issuer: "Issuer") -> None:
    bob = issuer.token(BOB)
    wait_for("Bob to be reachable", lambda: email_decision(api, bob) != "unreachable")
    bounce = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": address(BOB)}]},
        "mail": {"messageId": "m", "destination": [address(BOB)], "tags": {
            "ses:configuration-set": [stack.physical("EmailConfigurationSet")],
            "org_unit": [unpadded(ORG_UNIT.encode())],
            "user": [unpadded(BOB.encode())],
        }},
    }
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told_by_ses = json.dumps({
        "version": "0", "id": "b", "source": "aws.ses", "detail-type": "Email Bounced", "account": ACCOUNT, "region": REGION, "time": now,
        "resources": [], "detail": bounce,
    })
    # Nobody but SES may put that on the bus: it is held against the rule, and goes where the rule's target is.
    events, rule = aws.client("events"), stack.physical("FeedbackRule")
    pattern = events.describe_rule(Name=rule)["EventPattern"]
    demand(events.test_event_pattern(EventPattern=pattern, Event=told_by_ses)["Result"], "the rule does not know a bounce")
    [target] = events.list_targets_by_rule(Rule=rule)["Targets"]
    queue = stack.physical("FeedbackQueue")
    demand(target["Arn"].endswith(f":{queue.rsplit('/', 1)[1]}"), f"a bounce goes to {target['Arn']}")
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody=told_by_ses)
    wait_for("Bob to be unreachable", lambda: email_decision(api, bob) == "unreachable")
    print_held("an address that bounces is written to no more, and the rule lets through what SES says of it")


def poison_is_put_among_the_dead_letters(aws: LocalAws, stack: Stack) -> None:
    sqs = aws.client("sqs")
    for name in ["Dispatch", "Delivery", "Digest", "Feedback"]:
        poison = f"poison for {name}"
        sqs.send_message(QueueUrl=stack.physical(f"{name}Queue"), MessageBody=poison, **group(name))
        letter = a_letter(sqs, stack.physical(f"{name}DeadLetterQueue"), poison)
        print_held(f"what nobody can read in {name}Queue is among its dead letters, because: {reason(letter)}")
    put_on_bus(aws, stack.outputs()["EventBusName"], "tracker", "poison", {"specversion": "1.0", "id": "poison", "orgunit": ORG_UNIT})
    letter = a_letter(sqs, stack.physical("DispatchDeadLetterQueue"), '"poison"')
    print_held(f"so is an event of the bus that is none, because: {reason(letter).splitlines()[0]}")


def group(queue: str) -> dict:
    """Messages of ours are grouped by org unit; what EventBridge puts into a queue is not."""
    return {} if queue == "Feedback" else {"MessageGroupId": ORG_UNIT}


def a_letter(sqs, queue: str, part: str) -> dict:
    def look() -> "dict | None":
        letters = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], MaxNumberOfMessages=10, VisibilityTimeout=0)
        return next((it for it in letters.get("Messages", []) if part in it["Body"]), None)

    return wait_for(f"a dead letter with {part}", look)


def reason(letter: dict) -> str:
    return letter.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "no reason is given")


def a_digest_goes_out_on_schedule(aws: LocalAws, stack: Stack, api: "Api", key: str, admin: str) -> None:
    titles = ["Dinner?", "Or breakfast?"]
    events = [event("message.sent", {"category": "chat.message", "recipients": [int(JANE)], "title": it, "actor": 4}) for it in titles]
    api.send(key, events)
    for of in events:
        wait_for("a message that waits for its digest", lambda: deliveries(api, admin, of) == [("email", "waiting", "digest")])
    print_held("messages to someone who wants them hourly wait for a digest")

    scheduler = aws.client("scheduler")
    schedule = scheduler.get_schedule(Name=stack.physical("SendDigestsFunctionSchedule"))
    demand(schedule["ScheduleExpression"] == "rate(5 minutes)", f"the schedule is {schedule['ScheduleExpression']}")
    demand(schedule["State"] == "ENABLED", "the schedule is off")
    given = schedule["Target"]["Input"]
    demand(json.loads(given) == {"scheduled_at": SCHEDULED_TIME}, f"the schedule gives {given}")
    # Nobody waits for a full hour here: the schedule says that it is two hours later, when what waits is due.
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
    scheduler.update_schedule(
        Name=schedule["Name"], ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
        Target={**schedule["Target"], "Input": given.replace(SCHEDULED_TIME, later)},
    )

    def digest() -> list:
        return [it for it in aws.emails(address(JANE)) if all(title in str(it.get_body(("plain",)).get_content()) for title in titles)]

    [email] = wait_for("the digest", digest, seconds=120)
    for of in events:
        wait_for("a message that was sent", lambda: deliveries(api, admin, of) == [("email", "sent", None)])
    print_held(f"the schedule fires, and what is due leaves as one email: {email['Subject']}")


# ---- Later.


def an_update_keeps_what_is_there(aws: LocalAws, stack: Stack, api: "Api", jane: str) -> None:
    table = stack.outputs()["TableName"]
    stack.deploy(InboxRetentionDays="91")
    demand(stack.outputs()["TableName"] == table, "the update made another table")
    function = stack.physical("ListNotificationsFunction")
    variables = aws.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    demand(variables["INBOX_RETENTION_DAYS"] == "91", "the functions were not updated")
    preferences_are_there(api, jane)
    demand(told(api, jane, "Add pagination"), "the row in the inbox is gone")
    print_held("an update to another parameter keeps preferences and inboxes")


def a_person_is_exported_and_erased(aws: LocalAws, stack: Stack) -> None:
    outputs = stack.outputs()

    def asked(output: str) -> dict:
        question = json.dumps({"org_unit": ORG_UNIT, "user": BOB})
        answer = aws.client("lambda").invoke(FunctionName=outputs[output], Payload=question)
        payload = json.loads(answer["Payload"].read())
        demand("FunctionError" not in answer, f"{output}: {payload}")
        return payload

    before = asked("ExportPersonFunctionName")
    messages = [it["message"] for it in before["notifications"]]
    demand(any("Lunch?" in it for it in messages) and before["preferences"], f"the export has {messages} and {before['preferences']}")
    report = asked("ErasePersonFunctionName")
    demand(not report["done"] and report["found"] >= 2 and report["again_at"], f"the erasure says {report}")
    after = asked("ExportPersonFunctionName")
    kept = {name: part for name, part in after.items() if part and name not in ["org_unit", "user", "exported_at"]}
    demand(not kept, f"of who is erased there is {kept}")
    print_held(f"what is kept of a person is exported, and erased: {report['found']} items")


def what_is_deleted_leaves_the_table(aws: LocalAws, stack: Stack) -> None:
    dynamodb, secrets = aws.client("dynamodb"), aws.client("secretsmanager")
    outputs = stack.outputs()
    table, kept = outputs["TableName"], [outputs["UnsubscribeKeysSecretArn"], outputs["ErasureKeysSecretArn"]]
    before = stack.items(table)
    stack.delete()
    wait_for("the stack to be gone", lambda: is_gone(aws))
    demand(not aws.client("lambda").list_functions()["Functions"], "functions are left over")
    demand(sorted_items(stack.items(table)) == sorted_items(before) != [], "the table is not what it was")
    for secret in kept:
        secrets.get_secret_value(SecretId=secret)
    with contextlib.suppress(dynamodb.exceptions.ClientError):
        dynamodb.delete_table(TableName=table)
        raise Failed("the table can be deleted")
    print_held(f"a stack that is deleted leaves the table with its {len(before)} items, which cannot be deleted, and its secrets")


def is_gone(aws: LocalAws) -> bool:
    cloudformation = aws.client("cloudformation")
    with contextlib.suppress(cloudformation.exceptions.ClientError):
        [stack] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        demand(stack["StackStatus"] != "DELETE_FAILED", f"the stack is not deleted: {stack.get('StackStatusReason')}")
        return stack["StackStatus"] == "DELETE_COMPLETE"
    return True


def sorted_items(items: list) -> list:
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in items)


# ---- What is sent and asked.


class Api:
    """The API of the stack. Its name ends in `localhost`, which is this machine whatever a resolver says of it (RFC 6761)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host = urllib.parse.urlsplit(url).netloc
        self.port = urllib.parse.urlsplit(url).port

    def ask(self, method: str, path: str, credential: "str | None", body=None, kind: str = "application/json") -> tuple:
        """The status and the body of an answer."""
        headers = {"Host": self.host, "Content-Type": kind}
        if credential is not None:
            headers["Authorization"] = f"Bearer {credential}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def expect(self, expected: int, method: str, path: str, credential: str, body=None, kind: str = "application/json"):
        """The JSON of an answer that has this status."""
        status, told = self.ask(method, path, credential, body, kind)
        demand(status == expected, f"{method} {path} is answered {status}: {told.decode(errors='replace')[:500]}")
        return json.loads(told)

    def send(self, key: str, events: list) -> None:
        accepted = self.expect(202, "POST", "/v1/events", key, events, "application/cloudevents-batch+json")
        demand(accepted == {"accepted": len(events)}, f"of {len(events)} events {accepted} were accepted")


class Issuer:
    """Who signs tokens: a key pair made for this run."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> str:
        numbers = self.key.public_key().public_numbers()
        parts = {name: unpadded(of.to_bytes((of.bit_length() + 7) // 8, "big")) for name, of in [("n", numbers.n), ("e", numbers.e)]}
        return json.dumps({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rehearsal", **parts}]}, separators=(",", ":"))

    def token(self, user: str, **claims) -> str:
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "org_unit": ORG_UNIT, "iat": now, "exp": now + 3600, **claims}
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "rehearsal"}, said]
        signed = ".".join(unpadded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{unpadded(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def unpadded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def event(kind: str, data: dict) -> dict:
    """A CloudEvent of now. Its data tell it from others of its kind."""
    known_by = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"specversion": "1.0", "id": known_by, "source": "/rehearsal", "type": kind, "time": now, "data": data}


def member(user: str) -> dict:
    names = {"first_name": "Some", "last_name": "One"}
    return {"org_member_id": f"om_{user}", "user": int(user), "email": address(user), "confirmed": True, **names}


def address(user: str) -> str:
    return f"{user}@acme.example"


def put_on_bus(aws: LocalAws, bus: str, source: str, kind: str, detail: dict) -> None:
    entry = {"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
    put = aws.client("events").put_events(Entries=[entry])
    demand(put["FailedEntryCount"] == 0, f"the bus takes no event: {put['Entries']}")


def told(api: Api, token: str, title: str) -> list:
    """The rows of someone's inbox that hold a title."""
    return [row for row in api.expect(200, "GET", "/api/notifications", token) if title in json.dumps(row)]


def deliveries(api: Api, admin: str, of: dict) -> list:
    query = urllib.parse.urlencode({"event": f"{of['source']}:{of['id']}"})
    return [(it["channel"], it["status"], it["reason"]) for it in api.expect(200, "GET", f"/v1/deliveries?{query}", admin)["data"]]


def email_decision(api: Api, token: str) -> str:
    """Why whoever asks would get an email of a message, or not."""
    message = event("message.sent", {"category": "chat.message", "recipients": [int(BOB)], "title": "Hello", "actor": 4})
    asked = {"event": message, "recipients": [int(BOB)]}
    return api.expect(200, "POST", "/v1/decisions", token, asked)["decisions"][0]["channels"]["email"]["because"]["code"]


# ---- When something does not hold.


def tell_why(aws: LocalAws) -> None:
    """What functions logged that is not good, and what the local AWS did. Neither holds a token or a body."""
    logs = aws.client("logs")
    with contextlib.suppress(Exception):
        for found in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}")["logGroups"]:
            lines = [it["message"].strip() for it in logs.filter_log_events(logGroupName=found["logGroupName"])["events"]]
            bad = [line for line in lines if '"level":"info"' not in line and not line.startswith(("START ", "END ", "REPORT "))]
            for line in bad[-10:]:
                print(f"{found['logGroupName']}: {line}")
    for line in aws.complaints()[-30:]:
        print(f"the local AWS: {line}")


if __name__ == "__main__":
    sys.exit(main())
