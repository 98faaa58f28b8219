"""Runs `cargo dev`'s program, puts `deploy/smoke` to it, and then to the same with one thing broken at a time.

`.ci/smoke` calls it.
"""

import base64
import http.client
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

SMOKE = "deploy/smoke"


class Broken(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the system, and changes what comes back."""

    protocol_version = "HTTP/1.1"
    system = ""
    break_it = staticmethod(lambda request, answer: None)

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        onward = http.client.HTTPConnection(self.system, timeout=30)
        onward.request(self.command, self.path, body, {**self.headers, "Host": self.system})
        response = onward.getresponse()
        answer = {"status": response.status, "headers": {n.lower(): v for n, v in response.getheaders()}, "body": response.read()}
        onward.close()
        self.break_it(self, answer)
        self.send_response_only(answer["status"])
        for name, value in answer["headers"].items():
            if name != "content-length":
                self.send_header(name, value)
        if answer["status"] not in (204, 304):
            self.send_header("Content-Length", str(len(answer["body"])))
        self.end_headers()
        self.wfile.write(answer["body"])

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_OPTIONS = pass_on

    def log_message(self, *_):
        pass


def replace(old, new):
    def break_it(_, answer):
        answer["body"] = answer["body"].replace(old, new)

    return break_it


def drop(header):
    return lambda _, answer: answer["headers"].pop(header, None)


def answer_instead(status, body, matches):
    def break_it(request, answer):
        if matches(request):
            answer.update(status=status, body=body, headers={**answer["headers"], "content-type": "application/json"})

    return break_it


def alg_is_none(request):
    head = request.headers.get("Authorization", "").removeprefix("Bearer ").split(".")[0]
    return b'"none"' in base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)) if head.startswith("ey") else False


PREFERENCES = b'{"notifications_enabled":true,"slack_user_id":null,"prefs":[]}'

# What is broken, and what has to be said of it.
FAULTS = [
    (answer_instead(200, b"{}", lambda r: "Authorization" not in r.headers), "lead alerts: bad credentials"),
    (answer_instead(200, b"{}", alg_is_none), "inbox: bad credentials"),
    (answer_instead(403, b'{"message":"Forbidden"}', lambda r: r.path == "/v1/me/notifications"), "account email: bad credentials"),
    (replace(b'"quota":null,', b""), "channel preferences: bad credentials"),
    (replace(b"authentication failed", b"expired"), "account email: bad credentials"),
    (drop("www-authenticate"), "platform: bad credentials"),
    (drop("content-security-policy"), "unsubscribe"),
    (drop("x-content-type-options"), "unsubscribe"),
    (replace(b'{"message":"Not Found"}', b'{"message":"Missing Authentication Token"}'), "what has no route"),
    (drop("access-control-allow-headers"), "pages of an allowed origin"),
    (drop("access-control-expose-headers"), "pages of an allowed origin"),
    (drop("access-control-allow-origin"), "pages of an allowed origin"),
    (answer_instead(200, PREFERENCES, lambda r: r.path == "/me/notification-prefs"), "lead alerts: the caller's own"),
    (answer_instead(500, b"{}", lambda r: r.path == "/v1/messaging/preferences"), "channel preferences: listed"),
    (replace(b'"billing_receipts":true,', b""), "account email: the caller's own"),
    (drop("etag"), "inbox: a page"),
    (replace(b'"notify_mentions":true', b'"notify_mentions":null'), "profile"),
    (replace(b'"mapped":0', b'"mapped":9'), "directory"),
    (replace(b'"application_server_key"', b'"key"'), "push"),
    (replace(b"not_offered", b"enabled"), "decisions"),
    (replace(b"prefs[0].event_type", b"prefs"), "lead alerts: a bad change"),
    (replace(b"IMMUTABLE_NOTIFICATION_KEY", b"UNKNOWN_NOTIFICATION_KEY"), "account email: a fixed setting"),
    (replace(b'"surge.fired","muted":true', b'"surge.fired","muted":false'), "lead alerts: a change is kept"),
    (replace(b'"weekly_usage_digest":true', b'"weekly_usage_digest":false'), "account email: a change is kept"),
    (drop("x-request-id"), "every answer of a function"),
    (drop("cache-control"), "every answer of a function"),
]


class Issuer(http.server.BaseHTTPRequestHandler):
    """A token endpoint that grants one token to one client."""

    token = ""

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        pair = base64.b64encode(b"smoke%2F1:s%3Acret").decode()
        good = self.headers["Authorization"] == f"Basic {pair}" and form == "grant_type=client_credentials&audience=here"
        body = json.dumps({"access_token": self.token, "token_type": "Bearer"} if good else {"error": "invalid_client"}).encode()
        self.send_response(200 if good else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main(program, folder):
    # Whoever stops it stops the system, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    system = subprocess.Popen([program, "--folder", folder, "--port", "0", "--in-memory"], stderr=subprocess.PIPE, text=True)
    try:
        # It says so first, or why it cannot.
        url = re.search(r"http://\S+", system.stderr.readline()).group()
        threading.Thread(target=system.stderr.read, daemon=True).start()
        Broken.system = url.removeprefix("http://")

        def token(*claims):
            command = [program, "token", "--folder", folder, *claims]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

        def smoke(at, *options):
            done = subprocess.run([sys.executable, SMOKE, "--api-url", at, *options], stdout=subprocess.PIPE, text=True)
            return done.returncode, done.stdout

        here, elsewhere = token("--sub", "7", "--org-unit", "acme"), token("--sub", "7", "--org-unit", "globex")
        with_permission = token("--sub", "7", "--org-unit", "acme", "--permission", "messaging:read")
        through = serve(Broken)

        for options in [["--token", here, "--org-unit-b-token", elsewhere], ["--token", with_permission]]:
            for at in [url, through]:
                code, said = smoke(at, *options)
                assert code == 0 and "FAIL" not in said, said
        # The same org unit under another name is no other org unit.
        code, said = smoke(url, "--token", here, "--org-unit-b-token", with_permission)
        assert code == 1 and "it is seen in another org unit" in said, said

        for break_it, title in FAULTS:
            Broken.break_it = staticmethod(break_it)
            code, said = smoke(through, "--token", here)
            found = [line for line in said.splitlines() if line.startswith("FAIL") and title in line]
            assert code == 1 and found, f"{title}: it passed\n{said}"
            assert here not in said and "acme" not in said, "it prints a token, or what an answer says"
        # Whatever was broken, nothing is left behind.
        Broken.break_it = staticmethod(lambda request, answer: None)
        code, said = smoke(through, "--token", here)
        assert code == 0, said

        Issuer.token = here
        granting = ["deploy/token", "--url", f"{serve(Issuer)}/oauth/token", "--audience", "here"]
        variables = {**os.environ, "SMOKE_CLIENT_ID": "smoke/1", "SMOKE_CLIENT_SECRET": "s:cret"}
        granted = subprocess.run([sys.executable, *granting], stdout=subprocess.PIPE, text=True, env=variables)
        assert (granted.returncode, granted.stdout.strip()) == (0, here), granted
        variables["SMOKE_CLIENT_SECRET"] = "another"
        refused = subprocess.run([sys.executable, *granting], capture_output=True, text=True, env=variables)
        assert refused.returncode == 1 and "answered 401" in refused.stderr and not refused.stdout, refused
        print(f"deploy/smoke passes what works, and finds {len(FAULTS)} faults of {len(FAULTS)}.")
    finally:
        system.send_signal(signal.SIGTERM)
        system.wait(timeout=60)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(sys.argv[1], scratch)
