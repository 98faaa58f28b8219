"""Reads an email on standard input, as Python's own parser understands it, and writes what it holds as JSON."""

import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = list(message.walk())
defects = [str(defect) for part in parts for defect in part.defects]
defects += [str(defect) for part in parts for value in part.values() for defect in value.defects]
content = lambda kind: message.get_body((kind,)).get_content().replace("\r\n", "\n")
json.dump(
    {
        "headers": [[name, str(value)] for name, value in message.items()],
        "types": [part.get_content_type() for part in parts],
        "text": content("plain"),
        "html": content("html"),
        "defects": defects,
    },
    sys.stdout,
)
