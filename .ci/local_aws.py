"""A local AWS (MiniStack) and a mail server, and the stack in it: `.ci/rehearsal.py` deploys to it and tries it there."""

import contextlib
import email
import email.policy
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

REGION = "eu-west-1"
ACCOUNT = "123456789012"


class Failed(Exception):
    """What does not hold. Its text says what was expected."""


class LocalAws:
    """The processes, and clients of them. What they write is in one folder, which goes when they go."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.mailbox = folder / "mail"
        self.log = folder / "aws.log"
        self.processes = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "LocalAws":
        try:
            self.start_all()
        except BaseException:
            # Nobody leaves what was never entered.
            self.__exit__()
            raise
        return self

    def start_all(self) -> None:
        self.folder.joinpath("tmp").mkdir()
        mail = self.start("mail", [sys.executable, ".ci/mail-sink.py", str(self.mailbox)], os.environ)
        sink = wait_for("the mail server", lambda: re.search(r"Listening on (\S+)", mail.read_text()))
        # Nothing of our own environment: functions inherit it, and are to live on what the template gives them.
        self.start("aws", [f"{sys.prefix}/bin/ministack"], {
            "PATH": os.environ["PATH"],
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            # For functions too: the one variable that they have here and not on AWS.
            "AWS_ENDPOINT_URL": self.url,
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "SMTP_HOST": sink[1],
            # Every call is signed, and allowed by the caller's policies or refused.
            "AUTH": "true",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self.folder / "tmp"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "STATE_DIR": str(self.folder / "state"),
        })
        wait_for("the local AWS", self.is_up)

    def __exit__(self, *_) -> None:
        # With what they started: each function is a process.
        for sent in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, sent)
            for process in self.processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=10)

    def start(self, name: str, command: list, environment: dict) -> pathlib.Path:
        """Starts a server; what it says is in the file that this returns."""
        log = self.folder / f"{name}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, start_new_session=True,
            )
        self.processes.append(process)
        return log

    def is_up(self) -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5).status == 200
        return False

    def client(self, service: str):
        """A client of an AWS service, with the rights of whoever owns the account."""
        once = Config(retries={"total_max_attempts": 1}, read_timeout=90)
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, config=once,
            aws_access_key_id="test", aws_secret_access_key="test",
        )

    def environment(self) -> dict:
        """That of a command that is to find this AWS instead of the one."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            # SAM leaves a folder there for each function that it packs.
            "TMPDIR": str(self.folder / "tmp"),
            # Seconds. Nothing takes long here.
            "SAM_CLI_POLL_DELAY": "1",
        }

    def emails(self, to: str) -> list:
        """What has come for an address."""
        files = sorted((self.mailbox / "new").glob("*"))
        messages = (email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files)
        return [message for message in messages if to in str(message["To"])]

    def complaints(self) -> list:
        """Of its log, what went wrong in it."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if re.search(r"WARNING|ERROR|Traceback", line)]


def wait_for(what: str, ask, seconds: float = 60):
    """What `ask` answers, as soon as that is something."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise Failed(f"{what}: not there after {seconds:.0f} s")
        time.sleep(0.2)
    return answer
