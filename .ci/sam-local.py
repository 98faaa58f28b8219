"""Puts the events of `events/` to the functions with `sam local invoke`. `.ci/sam-local` calls it, with moto's Python."""

import contextlib
import json
import os
import pathlib
import platform
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading

import boto3

EXPECTED = pathlib.Path(".ci/sam-local.json")
# What differs each time, by its name in an answer.
DRAWN = {"id", "key", "application_server_key", "created_at", "updated_at", "request_id", "instance", "until", "x-request-id", "etag"}
# More than a container takes to start on a busy machine.
PATIENCE_SECONDS = 300
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def main() -> int:
    # Whoever stops it stops the servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    program, moto, *given = sys.argv[1:]
    record = given[:1] == ["--record"]
    names = given[1:] if record else given
    names = names or sorted(behind_routes())
    if unknown := set(names) - set(behind_routes()):
        sys.exit(f"sam-local: no function behind a route is called {', '.join(sorted(unknown))}")
    expected = json.loads(EXPECTED.read_text())
    wrong = 0
    with other_services(program, moto) as services:
        for name in names:
            answer = masked(invoke(program, services, name))
            if record and answer["statusCode"] is not None:
                expected[name] = answer
                EXPECTED.write_text(json.dumps(expected, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
            if answer == expected.get(name):
                print(f"ok    {name}: {answer['statusCode']}", flush=True)
                continue
            wrong += 1
            print(f"FAIL  {name}\n  expected {json.dumps(expected.get(name), sort_keys=True)}")
            print(f"  answered {json.dumps(answer, sort_keys=True)}", flush=True)
    print(f"{len(names) - wrong} of {len(names)} functions answer as expected.")
    return 1 if wrong else 0


def behind_routes() -> list:
    """The functions whose event is a request."""
    events = {path.stem: json.loads(path.read_text()) for path in pathlib.Path("events").glob("*.json")}
    return [name for name, event in events.items() if "routeKey" in event]


def invoke(program: str, services: dict, name: str):
    """What a function answers where nothing is stored: each has a table of its own."""
    with tempfile.TemporaryDirectory() as folder:
        listen = f"{host_for_containers()}:0"
        command = [program, "--folder", folder, "--port", "0", "--in-memory", "--dynamodb-listen", listen]
        with running(command, r"DynamoDB is on (http://\S+),"):
            variables = pathlib.Path(folder, "env.json")
            environment = json.loads(variables.read_text())
            environment["Parameters"].update(services)
            variables.write_text(json.dumps(environment))
            function = "".join(word.capitalize() for word in name.split("-")) + "Function"
            command = ["sam", "local", "invoke", function, "--event", f"events/{name}.json", "--env-vars", str(variables)]
            command += ["--parameter-overrides", f"Architecture={ARCHITECTURE}", *shlex.split(os.environ.get("SAM_LOCAL_FLAGS", ""))]
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
                env={**os.environ, **CREDENTIALS, "SAM_CLI_TELEMETRY": "0"},
            )
    try:
        answer = json.loads(done.stdout)
        answer["statusCode"]
    except (ValueError, KeyError, TypeError):
        return {"statusCode": None, "said": (done.stdout + done.stderr)[-1500:]}
    return answer


def masked(answer: dict) -> dict:
    """An answer without what is drawn or told by the clock; a page is told by its status and its headers."""
    headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
    shown = {"statusCode": answer["statusCode"], "headers": without_drawn(headers)}
    if "said" in answer:
        return answer
    body = answer.get("body") or ""
    if "json" in headers.get("content-type", ""):
        shown["body"] = without_drawn(json.loads(body))
    elif not headers.get("content-type", "").startswith("text/html"):
        shown["body"] = body
    return shown


def without_drawn(value):
    if isinstance(value, dict):
        return {
            name: "…" if name in DRAWN and isinstance(inner, str) else without_drawn(inner) for name, inner in value.items()
        }
    return [without_drawn(inner) for inner in value] if isinstance(value, list) else value


@contextlib.contextmanager
def other_services(program: str, moto: str):
    """A queue and the secrets that functions ask for, as the variables that name them."""
    host = host_for_containers()
    with running([moto, "--host", host, "--port", "0"], r"Running on (http://\S+)") as endpoint:
        clients = {
            name: boto3.client(name, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
            for name in ["sqs", "secretsmanager"]
        }
        queues = {name: clients["sqs"].create_queue(QueueName=name)["QueueUrl"] for name in ["dispatch", "dead-letters"]}
        # Made for this one run. The link in the event of `unsubscribe` is signed with another one.
        keys = {"key_id": "1", "key": os.urandom(32).hex()}
        clients["secretsmanager"].create_secret(Name="unsubscribe-keys", SecretString=json.dumps(keys))
        push_keys = subprocess.run([program, "push-keys"], stdout=subprocess.PIPE, text=True, check=True).stdout
        clients["secretsmanager"].create_secret(Name="push-keys", SecretString=push_keys)
        inside = endpoint.replace("//127.0.0.1", "//host.docker.internal")
        yield {
            "AWS_ENDPOINT_URL_SQS": inside,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": inside,
            "DISPATCH_QUEUE_URL": queues["dispatch"].replace("//127.0.0.1", "//host.docker.internal"),
            "DISPATCH_DEAD_LETTER_QUEUE_URL": queues["dead-letters"].replace("//127.0.0.1", "//host.docker.internal"),
            "UNSUBSCRIBE_KEYS_SECRET": "unsubscribe-keys",
            "PUSH_KEYS_SECRET": "push-keys",
            "SLACK_TOKEN_SECRET_PREFIX": "slack/",
        }


def host_for_containers() -> str:
    """Where a container reaches this machine: on Linux Docker's bridge; elsewhere its desktop program forwards the loopback interface."""
    if platform.system() != "Linux":
        return "127.0.0.1"
    command = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return found or "172.17.0.1"


@contextlib.contextmanager
def running(command: list, announcement: str):
    """A server, until it is no longer needed; what it announces itself with."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        said = []
        for line in server.stderr:
            said.append(line)
            if found := re.search(announcement, line):
                break
        else:
            sys.exit(f"sam-local: {command[0]} did not start:\n{''.join(said)}")
        # It must not wait for a reader.
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield found.group(1)
    finally:
        server.terminate()
        server.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
