//! Push messages: read by Mozilla's `http_ece`, their tokens verified by its `py_vapid`.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local::log::{LogFormat, StandardError};
use local::push_peer::{Browser, LocalPushService, Message};
use local::pushing;
use serde_json::{Value, json};
use shared::app::{Clock as _, SystemClock};
use shared::deliver::WebPush;
use shared::deliver::push::Urgency;
use shared::deliver::secrets::{Fetching, Secrets};
use shared::domain::push::{DEFAULT_ALLOWED_HOSTS, PushKeys, PushSubscription, PushSubscriptionId};
use shared::push::{Push, PushNotice};

use crate::peer;

/// The keys of the deployment.
struct Keys(String);

impl Secrets for Keys {
    fn secret<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// What Python makes of a message to that browser.
fn read_by_python(message: &Message, browser: &Browser) -> Value {
    let (private_key, auth) = browser.secrets();
    let given = json!({
        "token": message.token, "key": message.key, "private_key": private_key, "auth": auth,
        "body": URL_SAFE_NO_PAD.encode(&message.body),
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/read-push.py");
    let python = Command::new(peer("PEER_PUSH_PYTHON"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = python.expect("Python");
    let input = given.to_string();
    python.stdin.take().expect("its input").write_all(input.as_bytes()).expect("heard");
    let output = python.wait_with_output().expect("an answer");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test]
async fn what_we_send_is_read_and_its_sender_verified_by_someone_else() {
    let service = LocalPushService::start(Arc::new(SystemClock)).await.expect("a push service");
    let hosts = DEFAULT_ALLOWED_HOSTS.parse().expect("hosts");
    let sender = WebPush::local(hosts, Duration::from_secs(10), service.address());
    let keys = Arc::new(Keys(pushing::new_keys().expect("keys")));
    let contact = "mailto:push@acme.example".parse().expect("a contact");
    let sender = Arc::new(sender.expect("this machine"));
    let push = Push::new(
        sender,
        keys,
        Some("keys".to_owned()),
        contact,
        Arc::new(StandardError(LogFormat::Json)),
    );
    let browser = Browser::new("https://fcm.googleapis.com/fcm/send/a").expect("a browser");
    let subscription = browser.subscription().expect("a subscription");
    let key = |name: &str| subscription["keys"][name].as_str().expect("text").to_owned();
    let now = SystemClock.now();
    let endpoint = browser.endpoint().parse().expect("an endpoint");
    let subscription = PushSubscription {
        id: PushSubscriptionId::of(&endpoint),
        endpoint,
        keys: PushKeys {
            p256dh: key("p256dh").parse().expect("a key"),
            auth: key("auth").parse().expect("a secret"),
        },
        made_with: push.application_server_key(now).await.expect("a key"),
        created_at: now,
    };
    for text in ["{}".to_owned(), "🦀".repeat(900), "x".repeat(3_993)] {
        let payload = text.clone().into_bytes();
        let notice = PushNotice { payload, ttl: 60, urgency: Urgency::Normal, topic: None };
        let message = push.sign(&subscription, notice, now).await.expect("signed");
        push.send(message).await.expect("sent");
        let [message] = &service.take_messages()[..] else { panic!("not one message") };
        let read = read_by_python(message, &browser);
        assert_eq!(read["text"], text);
        assert_eq!(read["claims"]["aud"], "https://fcm.googleapis.com");
        assert_eq!(read["claims"]["sub"], "mailto:push@acme.example");
    }
}
