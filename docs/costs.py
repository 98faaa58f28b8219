#!/usr/bin/env python3
"""Measures what each operation takes of DynamoDB, and reckons what a month of three customers costs.

    cargo build -p local && docs/costs.py target/debug/local
    docs/costs.py target/debug/local --check docs/costs.md   # whether the page has these figures
    docs/costs.py target/debug/local --write docs/costs.md   # puts them there

Two local systems run beside each other: the engine of the one is the DynamoDB of the other, and a proxy between them
asks the engine for the capacity that each call consumed. It prints the tables of `docs/costs.md`. It asks for Python
3.10 and nothing else, and takes some ten seconds.
"""

import base64
import glob
import http.server
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

TABLE, QUEUES = "notification-preferences", "notification-preferences-queue"
METERED = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"}
READS = {"GetItem", "Query", "BatchGetItem"}
PERMISSIONS = (
    "messaging:read messaging:update notifications:update notifications:delete issues:read reports:read "
    "decisions:read deliveries:read"
).split()


# ---- Measuring.


class Meter:
    """Between a local system and its engine: every call goes through, and says what it consumed."""

    def __init__(self, engine):
        self.engine, self.lock = engine, threading.Lock()
        # What is on its way to the engine, and the messages that are in a queue.
        self.under_way, self.waiting = 0, set()
        # Whether messages are handed out. A worker is slower than who put its message there is to end, as a rule and on AWS;
        # here it would be so now and then, and what a race costs is up to who wins it.
        self.hands_out = threading.Event()
        self.hands_out.set()
        self.reset()
        meter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are written one after the other: whoever waits for the rest does not acknowledge for 40 ms.
            disable_nagle_algorithm = True

            def do_POST(self):
                meter.pass_on(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def reset(self):
        with self.lock:
            self.read = self.written = self.calls = self.messages = 0

    def pass_on(self, request):
        with self.lock:
            self.under_way += 1
        try:
            self.pass_on_one(request)
        finally:
            with self.lock:
                self.under_way -= 1

    def pass_on_one(self, request):
        body = request.rfile.read(int(request.headers["content-length"]))
        operation = request.headers["x-amz-target"].split(".")[1]
        asked = json.loads(body)
        if operation == "UpdateItem" and asked["TableName"] == QUEUES:
            self.hands_out.wait()
        if operation in METERED:
            asked["ReturnConsumedCapacity"] = "TOTAL"
            body = json.dumps(asked).encode()
        dropped = {"content-length", "host", "connection"}
        headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.engine, body, headers, method="POST"))
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read()
        self.note(operation, asked, json.loads(text or b"{}"))
        if answer.status == 200:
            self.note_messages(asked)
        request.send_response(answer.status)
        for name in ("content-type", "x-amz-crc32"):
            if answer.headers[name]:
                request.send_header(name, answer.headers[name])
        request.send_header("content-length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    def note(self, operation, asked, answered):
        consumed = answered.get("ConsumedCapacity") or []
        with self.lock:
            for part in consumed if isinstance(consumed, list) else [consumed]:
                if part["TableName"] != TABLE:
                    continue
                if operation in READS:
                    self.read += part["CapacityUnits"]
                else:
                    self.written += part["CapacityUnits"]
            if operation in METERED and TABLE in json.dumps(asked) and QUEUES not in json.dumps(asked):
                self.calls += 1

    def note_messages(self, asked):
        """What comes into the local queues and leaves them. A message leaves when everything that follows from it is done."""
        in_transaction = asked.get("TransactItems", [])
        puts = [part["Put"]["Item"] for part in in_transaction if part.get("Put", {}).get("TableName") == QUEUES]
        deletes = [part["Delete"]["Key"] for part in in_transaction if part.get("Delete", {}).get("TableName") == QUEUES]
        if asked.get("RequestItems"):
            deletes += [part["DeleteRequest"]["Key"] for part in asked["RequestItems"].get(QUEUES, [])]
        # A dead letter is put beside the messages, and nobody works at it.
        put = {message["sk"]["S"] for message in puts if message["pk"]["S"].startswith("QUEUE#")}
        with self.lock:
            self.messages += len(put)
            self.waiting = (self.waiting | put) - {message["sk"]["S"] for message in deletes}

    def wait_until_done(self):
        """Whoever was answered, or put a message into a queue, did so before: nothing can begin by itself after that."""
        until = time.monotonic() + 60
        while self.under_way or self.waiting:
            if time.monotonic() > until:
                sys.exit(f"after a minute there are {len(self.waiting)} messages, and {self.under_way} calls under way")
            time.sleep(0.005)


class System:
    """A local system, in a folder of its own."""

    def __init__(self, program, *flags):
        self.program, self.folder, self.port = program, tempfile.mkdtemp(prefix="costs-"), free_port()
        self.log = open(os.path.join(self.folder, "log"), "w+")
        self.local = os.path.join(self.folder, ".local")
        command = [program, "--folder", self.local, "--port", str(self.port), "--hold-schedules", *flags]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=self.log, stderr=self.log)
        for _ in range(200):
            if "is ready on" in open(self.log.name).read():
                return
            time.sleep(0.1)
        sys.exit(f"it did not start:\n{open(self.log.name).read()}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)

    def run(self, *arguments):
        return subprocess.run(
            [self.program, *arguments, "--folder", self.local], cwd=self.folder, check=True, text=True, stdout=subprocess.PIPE
        ).stdout.strip()

    def token(self, sub, *permissions, role=None):
        flags = [flag for permission in permissions for flag in ("--permission", permission)] + (["--role", role] if role else [])
        return self.run("token", "--sub", sub, "--org-unit", "acme", *flags)

    def call(self, verb, path, token=None, body=None, media="application/json"):
        headers = {"content-type": media} | ({"authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=verb)
        try:
            text = urllib.request.urlopen(request).read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{verb} {path}: {error.status} {error.read().decode()}")
        return json.loads(text) if text[:1] in (b"{", b"[") else text.decode()

    def outbox(self, kind):
        return len(glob.glob(os.path.join(self.local, f"outbox/*.{kind}")))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Bench:
    """What was measured: for each operation its units, calls, messages, and what left."""

    def __init__(self, system, meter):
        self.system, self.meter, self.rows = system, meter, {}

    def measure(self, name, action, times=1):
        kinds = ("eml", "slack.json", "push.json")
        self.meter.wait_until_done()
        before = [self.system.outbox(kind) for kind in kinds]
        self.meter.reset()
        self.meter.hands_out.clear()
        outcome = [action() for _ in range(times)][-1]
        self.meter.hands_out.set()
        self.meter.wait_until_done()
        left = [self.system.outbox(kind) - count for kind, count in zip(kinds, before)]
        figures = [self.meter.read, self.meter.written, self.meter.calls, self.meter.messages, *left]
        self.rows[name] = [figure / times for figure in figures]
        return outcome

    def take_off(self, name, other):
        """What the one took, without the other, which was measured with it."""
        self.rows[name] = [of_both - of_other for of_both, of_other in zip(self.rows[name], self.rows[other])]


def measure_all(system, meter):
    bench, number = Bench(system, meter), itertools.count(1)
    admin = system.token("1", role="admin")
    jane, joe, ann, pat = (system.token(sub, *PERMISSIONS) for sub in ("7", "8", "9", "10"))
    project, issue = {"id": 1, "name": "Kendo"}, {"id": 42, "key": "KD-0042", "title": "Add pagination"}

    def event(kind, data):
        # Each is newer than the one before: what an older one does not change costs as much, and the engine does not say so.
        place = next(number)
        at = f"2026-03-13T14:{place // 60:02}:{place % 60:02}Z"
        return {"specversion": "1.0", "id": f"e-{place}", "source": "/costs", "type": kind, "time": at, "data": data}

    def tell(*events):
        system.call("POST", "/v1/events", admin, list(events), "application/cloudevents-batch+json")

    def member(user, name):
        return event(
            "member.upserted",
            {
                "org_member_id": f"om_{user}",
                "user": user,
                "email": f"{name}@example.com",
                "first_name": name.title(),
                "last_name": "Doe",
                "confirmed": True,
            },
        )

    def message(to, title="Lunch?"):
        return event(
            "message.sent", {"category": "chat.message", "recipients": [to], "title": title, "body": "x" * 200, "actor": 4}
        )

    def about(what=None, **more):
        return {"project": project, "issue": what or issue, "actor": 4, **more}

    def put_row(token, **more):
        row = {"category": "chat.message", "in_app_enabled": True, "email_enabled": False, "push_enabled": False}
        return system.call("PUT", "/v1/messaging/preferences", token, row | more)

    os.makedirs(os.path.join(system.local, "slack"), exist_ok=True)
    users = [{"id": f"U0{name.upper()}", "email": f"{name}@example.com"} for name in ("jane", "joe", "ann")]
    with open(os.path.join(system.local, "slack/acme.json"), "w") as file:
        json.dump({"users": users}, file)

    measure = bench.measure
    # The directory.
    measure("event `member.upserted`, of someone new", lambda: tell(member(7, "jane")))
    measure("event `member.upserted`, of someone known", lambda: tell(member(7, "jane")))
    tell(member(8, "joe"), member(9, "ann"))
    measure("event `project.created`", lambda: tell(event("project.created", {"project": project, "actor": 4, "owner": 7})))
    add = lambda user: event("project.member_added", {"project": project, "actor": 4, "member": user})
    measure("event `project.member_added`, inbox", lambda: tell(add(10)))
    tell(add(8), add(9))
    measure("event `issue.created`", lambda: tell(event("issue.created", about() | {"actor": 7})))
    silent = {"id": 43, "key": "KD-0043", "title": "Say less"}
    tell(event("issue.created", about(silent) | {"actor": 10}))
    meter.wait_until_done()

    # What is told: 10 has no address, so that the inbox is all there is.
    measure("event `issue.assigned`, inbox", lambda: tell(event("issue.assigned", about(assignee=10))))
    measure("event `issue.assigned`, inbox and email", lambda: tell(event("issue.assigned", about(assignee=8))))
    measure(
        "event `issue.lane_changed`, one watcher, inbox",
        lambda: tell(event("issue.lane_changed", about(silent, lane={"from": "To do", "to": "Done"}))),
    )
    measure("event `message.sent`, inbox", lambda: tell(message(10)))
    put_row(joe, email_enabled=True)
    measure("event `message.sent`, inbox and email", lambda: tell(message(8)))
    subscription = json.loads(system.run("push-subscription"))
    added = measure(
        "`POST /v1/me/push-subscriptions`", lambda: system.call("POST", "/v1/me/push-subscriptions", ann, subscription)
    )
    measure("`GET /v1/me/push-subscriptions`", lambda: system.call("GET", "/v1/me/push-subscriptions", ann))
    put_row(ann, push_enabled=True)
    measure("event `message.sent`, inbox and push", lambda: tell(message(9)))
    measure(
        "event `account.notice`, email",
        lambda: tell(
            event("account.notice", {"toggle": "delivery_alerts", "recipients": [7], "subject": "Hello", "text": "A text."})
        ),
    )
    measure(
        "`POST /integrations/slack/sync-identities`, three mapped",
        lambda: system.call("POST", "/integrations/slack/sync-identities", admin),
    )
    measure("`GET /integrations/slack/identity-status`", lambda: system.call("GET", "/integrations/slack/identity-status", admin))
    measure(
        "event `surge.fired`, Slack",
        lambda: tell(event("surge.fired", {"lead": {"id": 1, "name": "Acme"}, "owner": 7, "trigger": {"name": "Visits"}})),
    )
    measure(
        "`PUT /members/{org_member_id}/slack`", lambda: system.call("PUT", "/members/om_9/slack", admin, {"slack_user_id": None})
    )

    # Digests.
    far = "2099-01-01T00:00:00Z"
    measure("a tick, nothing due", lambda: system.run("tick", "--at", "2026-03-13T15:00:00Z"))
    put_row(jane, email_enabled=True, digest="hourly")
    measure("event `message.sent`, inbox and digest", lambda: tell(message(7)))
    measure("a digest of one message", lambda: system.run("tick", "--at", far))
    tell(*[message(7, f"Message {number}") for number in range(10)])
    meter.wait_until_done()
    measure("a digest of ten messages", lambda: system.run("tick", "--at", far))

    for digest in ("a digest of one message", "a digest of ten messages"):
        bench.take_off(digest, "a tick, nothing due")

    # Routes.
    get = lambda path, token: (lambda: system.call("GET", path, token))
    measure("`GET /me/notification-prefs`", get("/me/notification-prefs", jane), 5)
    measure(
        "`PUT /me/notification-prefs`",
        lambda: system.call("PUT", "/me/notification-prefs", jane, {"prefs": [{"event_type": "surge.fired", "muted": True}]}),
        5,
    )
    measure("`GET /v1/messaging/preferences`", get("/v1/messaging/preferences", jane), 5)
    measure("`PUT /v1/messaging/preferences`", lambda: put_row(jane), 5)
    measure("`GET /v1/me/notifications`", get("/v1/me/notifications", jane), 5)
    measure(
        "`PATCH /v1/me/notifications`",
        lambda: system.call("PATCH", "/v1/me/notifications", jane, {"email": {"product_updates": False}}),
        5,
    )
    profile = measure("`GET /api/profile`", get("/api/profile", jane), 5)
    nine = {name: value for name, value in profile.items() if isinstance(value, bool)}
    measure(
        "`POST /api/profile/notification-preferences`",
        lambda: system.call("POST", "/api/profile/notification-preferences", jane, nine),
        5,
    )
    tell(*[message(7, f"Row {number}") for number in range(20)])
    meter.wait_until_done()
    page = measure("`GET /api/notifications`, 20 rows", get("/api/notifications?limit=20", jane), 5)
    ids = [row["id"] for row in page]
    bulk = lambda what, ids: (lambda: system.call("POST", f"/api/notifications/bulk-{what}", jane, {"notification_ids": ids}))
    measure("`POST /api/notifications/bulk-read`, one", bulk("read", ids[:1]))
    measure("`POST /api/notifications/bulk-read`, ten", bulk("read", ids[1:11]))
    measure("`POST /api/notifications/bulk-unread`, one", bulk("unread", ids[:1]))
    measure("`POST /api/notifications/bulk-delete`, one", bulk("delete", ids[:1]))
    measure("`GET …/issues/{issue}/watch`", get("/api/projects/1/issues/KD-42/watch", jane), 5)
    measure("`POST …/issues/{issue}/watch`", lambda: system.call("POST", "/api/projects/1/issues/KD-42/watch", jane), 4)
    measure("`POST …/reports/watch`", lambda: system.call("POST", "/api/projects/1/reports/watch", jane), 4)
    question = {"event": message(7), "recipients": [7]}
    measure("`POST /v1/decisions`, one person", lambda: system.call("POST", "/v1/decisions", admin, question), 5)
    measure(
        "`POST /v1/decisions`, a hundred",
        lambda: system.call("POST", "/v1/decisions", admin, question | {"recipients": list(range(100))}),
    )
    measure("`GET /v1/deliveries`, one delivery", get("/v1/deliveries?event=/costs:e-12", admin))
    key = measure(
        "`POST /v1/api-keys`",
        lambda: system.call("POST", "/v1/api-keys", admin, {"name": "A machine", "permissions": ["messaging:read"]}),
    )
    measure("`GET /v1/api-keys`, one key", get("/v1/api-keys", admin))
    measure("a machine's first request within a minute, besides", get("/v1/messaging/preferences", key["key"]))
    measure("`DELETE /v1/api-keys/{id}`", lambda: system.call("DELETE", f"/v1/api-keys/{key['id']}", admin))
    measure(
        "`DELETE /v1/me/push-subscriptions/{id}`", lambda: system.call("DELETE", f"/v1/me/push-subscriptions/{added['id']}", ann)
    )
    email = open(sorted(glob.glob(os.path.join(system.local, "outbox/*.eml")))[0]).read()
    link = re.search(
        r"/unsubscribe/[^>\s]+",
        re.search(r"(?im)^list-unsubscribe:(.*(?:\n[ \t].*)*)", email)[1].replace("\n ", "").replace(" ", ""),
    )[0]
    measure("`GET /unsubscribe/{token}`", get(link, None))
    measure("`POST /unsubscribe/{token}`", lambda: system.call("POST", link))
    coded = lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    bounce = {
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "detail": {
            "eventType": "Bounce",
            "mail": {"tags": {"org_unit": [coded("acme")], "user": [coded("8")]}},
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "joe@example.com"}]},
        },
    }
    with open(os.path.join(system.folder, "bounce.json"), "w") as file:
        json.dump(bounce, file)
    measure("a bounce that is recorded", lambda: system.run("send", "bounce.json"))

    # What operators ask, about who did and was told the most of that.
    of_jane = ("--org-unit", "acme", "--user", "7")
    measure("an export of all that is kept of a person", lambda: system.run("export-person", *of_jane))
    measure("a person's erasure, its first invocation", lambda: system.run("erase-person", *of_jane))
    return bench.rows


# ---- Reckoning.

# List prices of us-east-1, in dollars, without free tiers but where it says so. `docs/costs.md` says where they are from.
PRICES = {
    "request to the API": 1.00e-6,
    "invocation": 0.20e-6,
    "GB-second, arm64": 0.0000133334,
    "read unit": 0.125e-6,
    "write unit": 0.625e-6,
    "GB in the table, a month": 0.25,
    "GB of backup, a month": 0.20,
    "SQS request": 0.40e-6,
    "SQS request with a message group": 0.50e-6,
    "email": 0.10e-3,
    "GB of logs": 0.50,
    "metric, a month": 0.30,
    "metric of an alarm, a month": 0.10,
    "dashboard, a month": 3.00,
    "secret, a month": 0.40,
    "key of KMS, a month": 1.00,
}

# What one person does and is told in a month of 22 working days. An assumption; put yours here.
A_MONTH = {
    "`GET /api/notifications`, 20 rows": 22 * 20,
    "`GET /me/notification-prefs`": 2,
    "`GET /v1/messaging/preferences`": 2,
    "`GET /api/profile`": 22,
    "`GET …/issues/{issue}/watch`": 22 * 5,
    "`POST …/issues/{issue}/watch`": 4,
    "`PUT /v1/messaging/preferences`": 1,
    "`POST /api/notifications/bulk-read`, ten": 22,
    "`GET /v1/me/push-subscriptions`": 22,
    "event `issue.assigned`, inbox and email": 10,
    "event `issue.lane_changed`, one watcher, inbox": 60,
    "event `message.sent`, inbox": 100,
    "event `message.sent`, inbox and email": 10,
    "event `message.sent`, inbox and digest": 60,
    "a digest of ten messages": 6,
    "event `message.sent`, inbox and push": 40,
    "event `surge.fired`, Slack": 2,
    "event `member.upserted`, of someone known": 1,
}

# Assumed and not measured: how long a function runs, how much is logged and stored.
API_SECONDS, WORKER_SECONDS, MEMORY_GB = 0.020, 0.150, 0.25
LOGGED_BY_REQUEST, LOGGED_BY_MESSAGE, STORED_BY_PERSON = 1_500e-9, 1_200e-9, 0.001
SECONDS = 30.4 * 86_400
# Five pollers for each of four queues, of 20 seconds; the account's first million requests are free.
EMPTY_RECEIVES = 4 * 5 * SECONDS / 20 - 1e6
# Of the 360 that there may be: about a quarter with ten busy routes, half where all are used (`docs/observability.md`).
METRICS = {50: 87, 1_000: 120, 20_000: 174}
ALARM_METRICS, SECRETS = 33, 4


def of_one(name, row):
    """What one operation costs, line by line. An event is a request of its own, and each message an invocation."""
    read, written, _, messages, emails, _, _ = row
    requests, price = (0 if name.startswith("a ") else 1), PRICES
    return {
        "API Gateway": requests * price["request to the API"],
        "Lambda": (requests + messages) * price["invocation"]
        + (requests * API_SECONDS + messages * WORKER_SECONDS) * MEMORY_GB * price["GB-second, arm64"],
        "DynamoDB, reads": read * price["read unit"],
        "DynamoDB, writes": written * price["write unit"],
        # A message alone is sent, received and deleted by a request each.
        "SQS": messages * 3 * price["SQS request with a message group"],
        "SES": emails * price["email"],
        "CloudWatch, logs": (requests * LOGGED_BY_REQUEST + messages * LOGGED_BY_MESSAGE) * price["GB of logs"],
    }


def bill(rows, people):
    lines = {}
    for name, each in A_MONTH.items():
        for line, dollars in of_one(name, rows[name]).items():
            lines[line] = lines.get(line, 0) + dollars * each * people
    ticks, price = SECONDS / 300, PRICES
    lines["DynamoDB, reads"] += ticks * rows["a tick, nothing due"][0] * price["read unit"]
    lines["Lambda"] += ticks * (price["invocation"] + WORKER_SECONDS * MEMORY_GB * price["GB-second, arm64"])
    lines["SQS"] += EMPTY_RECEIVES * price["SQS request"]
    stored = price["GB in the table, a month"] + price["GB of backup, a month"]
    return lines | {
        "DynamoDB, stored and backed up": STORED_BY_PERSON * people * stored,
        "CloudWatch, metrics, alarms, dashboard": METRICS[people] * price["metric, a month"]
        + ALARM_METRICS * price["metric of an alarm, a month"]
        + price["dashboard, a month"],
        "secrets and keys": SECRETS * price["secret, a month"] + price["key of KMS, a month"],
    }


def tables(rows):
    yield "| operation | read units | write units | calls | messages | leaves | 1,000 of them |"
    yield "|---|---:|---:|---:|---:|---|---:|"
    for name, row in rows.items():
        read, written, calls, messages, *left = row
        leaves = ", ".join(f"{count:g} {kind}" for count, kind in zip(left, ("email", "Slack", "push")) if count)
        price = sum(of_one(name, row).values()) * 1_000
        yield f"| {name} | {read:g} | {written:g} | {calls:g} | {messages:g} | {leaves} | ${price:.4f} |"
    yield ""
    bills = {people: bill(rows, people) for people in METRICS}
    yield "| | " + " | ".join(f"{people:,} people" for people in bills) + " |"
    yield "|---|" + "---:|" * len(bills)
    for line in next(iter(bills.values())):
        yield f"| {line} | " + " | ".join(f"${each[line]:,.2f}" for each in bills.values()) + " |"
    yield "| **a month** | " + " | ".join(f"**${sum(each.values()):,.2f}**" for each in bills.values()) + " |"
    yield "| for each person | " + " | ".join(f"${sum(each.values()) / people:,.4f}" for people, each in bills.items()) + " |"


def put_into(page, lines):
    """The page with these rows in place of those that begin as they do; and which rows it has no place for."""
    cell = lambda line: line.split("|")[1].strip()
    rows = {cell(line): line for line in lines if line.startswith("| ")}
    kept = [rows.pop(cell(line), line) if line.startswith("| ") else line for line in page]
    return kept, list(rows.values())


def main():
    modes = {(): "print", ("--check",): "check", ("--write",): "write"}
    mode = modes.get(tuple(sys.argv[2:3])) if len(sys.argv) in (2, 4) else None
    if mode is None:
        sys.exit(__doc__)
    program, address = os.path.abspath(sys.argv[1]), f"127.0.0.1:{free_port()}"
    engine = System(program, "--in-memory", "--hold-queue", "--dynamodb-listen", address)
    meter = Meter(f"http://{address}/")
    system = System(program, "--dynamodb-endpoint", meter.url)
    try:
        lines = list(tables(measure_all(system, meter)))
    finally:
        system.stop()
        engine.stop()
    if mode == "print":
        print("\n".join(lines))
        return
    with open(sys.argv[3]) as file:
        page = file.read().split("\n")
    if mode == "write":
        page, homeless = put_into(page, lines)
        with open(sys.argv[3], "w") as file:
            file.write("\n".join(page))
        if homeless:
            sys.exit("\n".join([f"{sys.argv[3]} has no row for these:", *homeless]))
        return
    missing = [line for line in lines if line not in page]
    # What stands behind that heading is said of functions, and not measured here.
    stale = [line for line in page[: page.index("## Where they come from")] if line.startswith("| ") and line not in lines]
    if missing or stale:
        sys.exit("\n".join([f"{sys.argv[3]} has other rows than these:", *missing, "and in their place these:", *stale]))


if __name__ == "__main__":
    main()
