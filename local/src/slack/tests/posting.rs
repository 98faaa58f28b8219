//! `chat.postMessage`

use std::collections::BTreeSet;

use super::*;

fn text(kind: &str, text: &str) -> Value {
    json!({ "type": kind, "text": text })
}

#[tokio::test]
async fn a_message_reaches_its_user_and_is_answered_with_its_place() {
    let scene = Scene::with(Workspace::of(users(2))).await;
    let blocks = json!([{ "type": "section", "text": text("mrkdwn", "*Hello*") }]);
    let message = json!({ "channel": "U0001", "text": "Hello", "blocks": blocks });
    let body = scene.message(&message).await;
    let expected = json!({
        "ok": true, "channel": "D0001", "ts": "1773410400.000001",
        "message": {
            "type": "message", "bot_id": "B0LOCAL00", "user": "U0LOCAL00", "team": "T0LOCAL00",
            "text": "Hello", "ts": "1773410400.000001", "blocks": blocks,
        },
    });
    assert_eq!(body, expected);

    let form = "channel=U0002&text=Hi+%26amp%3B+bye&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D";
    let media_type = "application/x-www-form-urlencoded";
    let (_, _, body) = scene.post("chat.postMessage", media_type, form).await.unwrap();
    assert_eq!((&body["ok"], &body["ts"]), (&json!(true), &json!("1773410400.000002")));

    let (first, second) = {
        let messages = scene.slack.take_messages();
        let [first, second] = messages.try_into().unwrap();
        (first, second)
    };
    assert_eq!((first.to.as_str(), first.token.as_str(), first.body), ("U0001", TOKEN, message));
    let posted = json!({
        "channel": "U0002", "text": "Hi &amp; bye", "blocks": [{ "type": "divider" }],
    });
    assert_eq!((second.to.as_str(), second.body), ("U0002", posted));
    assert_eq!(scene.slack.messages(), []);
}

#[tokio::test]
async fn who_cannot_be_written_to_is_told_apart() {
    let bot = User { is_bot: true, ..User::new("U0B0T", "") };
    let gone = User { is_deleted: true, ..User::new("U60NE", "gone@acme.example") };
    let scene = Scene::with(Workspace::of([bot, gone])).await;
    for (channel, code) in [
        ("U0002", "user_not_found"),
        ("W0002", "user_not_found"),
        ("U60NE", "account_inactive"),
        ("U0B0T", "channel_not_found"),
        ("USLACKBOT", "channel_not_found"),
        ("C0001", "channel_not_found"),
        ("", "invalid_arguments"),
    ] {
        let body = scene.message(&json!({ "channel": channel, "text": "Hello" })).await;
        assert_eq!((&body["ok"], &body["error"]), (&json!(false), &json!(code)), "{channel}");
    }
    let lacks = BTreeSet::from([Scope::ChatWrite]);
    scene.slack.set_workspace(TOKEN, Workspace { lacks, ..Workspace::of(users(1)) });
    let body = scene.message(&json!({ "channel": "U0001", "text": "Hello" })).await;
    assert_eq!((&body["error"], &body["needed"]), (&json!("missing_scope"), &json!("chat:write")));
    assert_eq!(scene.slack.messages(), []);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_apart() {
    let scene = Scene::with(Workspace::of(users(1))).await;
    for (media_type, body, code) in [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("application/xml", "<a/>", "invalid_post_type"),
    ] {
        let answer = scene.post("chat.postMessage", media_type, body).await;
        assert_eq!(answer, Some((200, None, error(code))));
    }
    let request = scene.request(Method::POST, "chat.postMessage");
    let request = request.header("authorization", format!("Bearer {TOKEN}"));
    let answer = scene.send(request, "channel=U0001").await;
    assert_eq!(answer, Some((200, None, error("missing_post_type"))));
}

#[tokio::test]
async fn what_block_kit_does_not_allow_is_refused_with_its_place() {
    let scene = Scene::with(Workspace::of(users(1))).await;
    let section = |text: Value| json!([{ "type": "section", "text": text }]);
    let fields = |fields: Value| json!([{ "type": "section", "fields": fields }]);
    let context = |elements: Value| json!([{ "type": "context", "elements": elements }]);
    let header = |text: Value| json!([{ "type": "header", "text": text }]);
    let long = |length: usize| "é".repeat(length);
    let fine = [
        section(text("mrkdwn", &long(3_000))),
        fields(json!(vec![text("plain_text", &long(2_000)); 10])),
        context(json!(vec![text("mrkdwn", "x"); 10])),
        header(text("plain_text", &long(150))),
        json!(vec![json!({ "type": "divider" }); 50]),
    ];
    for blocks in fine {
        let body = scene.message(&json!({ "channel": "U0001", "blocks": blocks })).await;
        assert_eq!(body["ok"], true, "{body}");
    }
    for (blocks, place) in [
        (section(text("mrkdwn", &long(3_001))), "/blocks/0/text/text"),
        (section(text("mrkdwn", "")), "/blocks/0/text/text"),
        (section(text("markdown", "x")), "/blocks/0/text/type"),
        (section(json!({ "type": "mrkdwn", "text": "x", "emoji": true })), "/blocks/0/text"),
        (section(json!("x")), "/blocks/0/text"),
        (json!([{ "type": "section" }]), "/blocks/0"),
        (fields(json!([])), "/blocks/0/fields"),
        (fields(json!(vec![text("mrkdwn", "x"); 11])), "/blocks/0/fields"),
        (fields(json!([text("mrkdwn", &long(2_001))])), "/blocks/0/fields/0/text"),
        (context(json!(vec![text("mrkdwn", "x"); 11])), "/blocks/0/elements"),
        (context(json!([])), "/blocks/0/elements"),
        (header(text("plain_text", &long(151))), "/blocks/0/text/text"),
        (header(text("mrkdwn", "x")), "/blocks/0/text/type"),
        (json!([{ "type": "divider" }, { "type": "carousel" }]), "/blocks/1/type"),
        (json!([{ "type": "divider", "text": "x" }]), "/blocks/0"),
        (json!([{ "type": "divider", "block_id": long(256) }]), "/blocks/0/block_id"),
        (json!(vec![json!({ "type": "divider" }); 51]), "/blocks"),
    ] {
        let body = scene.message(&json!({ "channel": "U0001", "blocks": blocks })).await;
        assert_eq!(body["error"], "invalid_blocks");
        let message = body["response_metadata"]["messages"][0].as_str().unwrap();
        assert!(message.ends_with(&format!("[json-pointer:{place}]")), "{message}, not {place}");
    }
    for (message, code) in [
        (json!({ "channel": "U0001" }), "no_text"),
        (json!({ "channel": "U0001", "text": long(40_001) }), "msg_too_long"),
        (json!({ "channel": "U0001", "blocks": {} }), "invalid_blocks_format"),
        (json!({ "channel": "U0001", "blocks": "[" }), "invalid_blocks_format"),
    ] {
        assert_eq!(scene.message(&message).await, error(code));
    }
    assert_eq!(scene.slack.messages().len(), 5);
}

#[tokio::test]
async fn a_channel_takes_10_messages_in_10_seconds() {
    let scene = Scene::with(Workspace::of(users(2))).await;
    let post = async |channel: &str| {
        let message = json!({ "channel": channel, "text": "Hello" }).to_string();
        let answer = scene.post("chat.postMessage", "application/json", &message).await;
        let (status, retry_after, _) = answer.unwrap();
        (status, retry_after)
    };
    for _ in 0..10 {
        assert_eq!(post("U0001").await, (200, None));
        scene.clock.advance_ms(500);
    }
    assert_eq!(post("U0001").await, (429, Some("5".to_owned())));
    assert_eq!(post("U0002").await, (200, None));
    scene.clock.advance_ms(5_000);
    assert_eq!(post("U0001").await, (200, None));
    assert_eq!(post("U0001").await, (429, Some("1".to_owned())));
    assert_eq!(scene.slack.messages().len(), 12);
}
