// `GET /me/notification-prefs` with the AWS SDK for JavaScript and jose.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { createLocalJWKSet, jwtVerify } from "jose";

const EVENTS = ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];
const NAMES = ["notifications_enabled", "slack_user_id", ...EVENTS.map((event) => `mute.${event}`)];

const store = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const keys = createLocalJWKSet(JSON.parse(process.env.AUTH_JWKS));
const expected = {
  issuer: process.env.AUTH_ISSUER,
  audience: process.env.AUTH_AUDIENCE,
  algorithms: ["RS256"],
};

const masked = (id) => (id.length >= 7 ? `${id.slice(0, 3)}•••${id.slice(-3)}` : "•••");

const verify = async (credential) => {
  try {
    return (await jwtVerify(credential.replace(/^Bearer /, ""), keys, expected)).payload;
  } catch {
    return undefined;
  }
};

export const handler = async (event) => {
  const claims = await verify(event.headers.authorization ?? "");
  if (claims === undefined) {
    return { statusCode: 401 };
  }
  const { Item: item = {} } = await store.send(
    new GetCommand({
      TableName: process.env.TABLE_NAME,
      Key: { pk: `OU#${claims.org_unit}#USER#${claims.sub}`, sk: "PREFS" },
      ConsistentRead: true,
      ProjectionExpression: NAMES.map((_, number) => `#${number}`).join(","),
      ExpressionAttributeNames: Object.fromEntries(NAMES.map((name, number) => [`#${number}`, name])),
    }),
  );
  const body = {
    notifications_enabled: item.notifications_enabled ?? true,
    slack_user_id: item.slack_user_id === undefined ? null : masked(item.slack_user_id),
    prefs: EVENTS.map((event) => ({ event_type: event, muted: item[`mute.${event}`] ?? false })),
  };
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
};
