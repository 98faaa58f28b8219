"""Reads a push message on standard input, with Mozilla's implementations of RFC 8188, 8291 and 8292, and writes what it holds as JSON.

Both raise where anything is wrong, and so nothing is written then.
"""

import base64
import json
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


given = json.load(sys.stdin)
if not Vapid02.verify(f"vapid t={given['token']},k={given['key']}"):
    sys.exit("the key did not sign the token")
private_key = ec.derive_private_key(int.from_bytes(decode(given["private_key"]), "big"), ec.SECP256R1())
text = http_ece.decrypt(
    decode(given["body"]),
    private_key=private_key,
    auth_secret=decode(given["auth"]),
    version="aes128gcm",
)
claims = given["token"].split(".")[1]
json.dump({"text": text.decode(), "claims": json.loads(decode(claims))}, sys.stdout)
