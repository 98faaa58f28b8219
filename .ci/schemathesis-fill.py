"""Fills the running system with what the requests of `.ci/schemathesis` ask for, and prints what stands in a link to unsubscribe.

Takes the API's URL, the system's folder and an admin's token: user 7 of the organizational unit, who ends up in project 1 with
issue KD-0042, with more than a hundred notifications and one email.
"""

import email
import email.policy
import json
import pathlib
import sys
import time
import urllib.request

url, folder, token = sys.argv[1:]


def ask(method, path, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method=method)
    return urllib.request.urlopen(request, timeout=20)


def event(kind, name, **data):
    return {"specversion": "1.0", "id": name, "source": "/fill", "type": kind, "time": "2026-03-13T14:00:00Z", "data": data}


def until(what, found):
    for _ in range(300):
        if value := found():
            return value
        time.sleep(0.2)
    sys.exit(f"there is still no {what} after a minute")


def unread():
    return ask("GET", "/api/notifications").headers["X-Unread-Count"] == "100+"


def link():
    for file in pathlib.Path(folder, "outbox").glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        return message["List-Unsubscribe"].strip("<> ").rsplit("/", 1)[1]


project, issue = {"id": 1, "name": "Kendo"}, {"id": 42, "key": "KD-0042", "title": "Add pagination"}
jane = {"org_member_id": "om_7", "user": 7, "email": "jane@example.com", "first_name": "Jane", "last_name": "Doe", "confirmed": True}
notice = {"toggle": "product_updates", "recipients": [7], "subject": "News", "text": "There is something new."}
ask("POST", "/v1/events", [
    event("member.upserted", "m-7", **jane),
    event("project.created", "p-1", project=project, actor=4, owner=7),
    event("issue.created", "i-42", project=project, issue=issue, actor=4),
    event("account.notice", "n-1", **notice),
])
for batch in range(3):
    ask("POST", "/v1/events", [
        event("message.sent", f"{batch}-{n}", category="chat.message", recipients=[7], title=f"Message {batch}-{n}") for n in range(100)
    ])
until("full inbox", unread)
print(until("email", link))
