"""`GET /me/notification-prefs` with boto3 and PyJWT."""

import json
import os

import boto3
import jwt

EVENTS = ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"]
NAMES = ["notifications_enabled", "slack_user_id", *(f"mute.{event}" for event in EVENTS)]

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
keys = {key.key_id: key for key in jwt.PyJWKSet.from_json(os.environ["AUTH_JWKS"]).keys}


def verify(credential):
    token = credential.removeprefix("Bearer ")
    try:
        key = keys[jwt.get_unverified_header(token)["kid"]]
        return jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=os.environ["AUTH_AUDIENCE"],
            issuer=os.environ["AUTH_ISSUER"],
        )
    except (jwt.InvalidTokenError, KeyError):
        return None


def masked(user):
    return f"{user[:3]}•••{user[-3:]}" if len(user) >= 7 else "•••"


def handler(event):
    claims = verify(event["headers"].get("authorization", ""))
    if claims is None:
        return {"statusCode": 401}
    answer = table.get_item(
        Key={"pk": f"OU#{claims['org_unit']}#USER#{claims['sub']}", "sk": "PREFS"},
        ConsistentRead=True,
        ProjectionExpression=",".join(f"#{number}" for number in range(len(NAMES))),
        ExpressionAttributeNames={f"#{number}": name for number, name in enumerate(NAMES)},
    )
    item = answer.get("Item", {})
    slack = item.get("slack_user_id")
    body = {
        "notifications_enabled": item.get("notifications_enabled", True),
        "slack_user_id": None if slack is None else masked(slack),
        "prefs": [
            {"event_type": event, "muted": item.get(f"mute.{event}", False)} for event in EVENTS
        ],
    }
    headers = {"content-type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body)}
