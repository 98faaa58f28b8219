//! Who sends, as a push service reads it, and with which of two pairs.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use web_push_native::p256::ecdsa::signature::Verifier as _;
use web_push_native::p256::ecdsa::{Signature, VerifyingKey};

use super::*;
use crate::deliver::push::Pushing;
use crate::deliver::secrets::{Fetching, SecretError};
use crate::domain::push::{PushKeys, PushSubscriptionId};
use crate::telemetry::Log;

/// Two pairs: those of RFC 8291, section 5.
const NEW: [&str; 2] = [
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
    "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
];
const OLD: [&str; 2] = [
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
];

/// Keeps what it is to send.
#[derive(Default)]
struct Outbox(Mutex<Vec<PushMessage>>);

impl PushSender for Outbox {
    fn send(&self, message: PushMessage) -> Pushing<'_> {
        self.0.lock().unwrap().push(message);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A secret that changes.
struct Secret(Mutex<Result<String, SecretError>>);

impl Secrets for Secret {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        assert_eq!(id, "vapid");
        Box::pin(std::future::ready(self.0.lock().unwrap().clone()))
    }
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Log for Lines {
    fn write(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

struct World {
    push: Push,
    outbox: Arc<Outbox>,
    secret: Arc<Secret>,
    log: Arc<Lines>,
}

fn with(secret: Value) -> World {
    let outbox = Arc::new(Outbox::default());
    let secret = Arc::new(Secret(Mutex::new(Ok(secret.to_string()))));
    let log = Arc::new(Lines::default());
    let contact = "mailto:push@acme.example".parse().unwrap();
    let push =
        Push::new(outbox.clone(), secret.clone(), Some("vapid".to_owned()), contact, log.clone());
    World { push, outbox, secret, log }
}

fn one(pair: [&str; 2]) -> Value {
    json!({ "public_key": pair[0], "private_key": pair[1] })
}

fn both() -> Value {
    let mut secret = one(NEW);
    secret["previous_public_key"] = OLD[0].into();
    secret["previous_private_key"] = OLD[1].into();
    secret
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_773_410_400 + second).unwrap()
}

fn subscription(made_with: &str) -> PushSubscription {
    let endpoint = "https://fcm.googleapis.com/fcm/send/a".parse().unwrap();
    PushSubscription {
        id: PushSubscriptionId::of(&endpoint),
        endpoint,
        keys: PushKeys {
            p256dh: OLD[0].parse().unwrap(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".parse().unwrap(),
        },
        made_with: made_with.parse().unwrap(),
        created_at: at(0),
    }
}

fn notice() -> PushNotice {
    PushNotice { payload: b"hello".to_vec(), ttl: 60, urgency: Urgency::Normal, topic: None }
}

impl World {
    async fn send(&self, made_with: &str, second: i64) -> Result<String, PushError> {
        let signed = self.push.sign(&subscription(made_with), notice(), at(second)).await?;
        self.push.send(signed).await?;
        Ok(self.outbox.0.lock().unwrap().pop().unwrap().authorization.as_str().to_owned())
    }
}

/// What the header says, once its signature was verified by other hands than what made it.
fn verify(authorization: &str, public_key: &str) -> [Value; 2] {
    let parameters = authorization.strip_prefix("vapid ").unwrap();
    let (token, key) = parameters.split_once(", ").unwrap();
    assert_eq!(key, format!("k={public_key}"));
    let (signed, signature) = token.strip_prefix("t=").unwrap().rsplit_once('.').unwrap();
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let key = VerifyingKey::from_sec1_bytes(&bytes(public_key)).unwrap();
    let signature = Signature::from_slice(&bytes(signature)).unwrap();
    key.verify(signed.as_bytes(), &signature).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    [header, claims].map(|part| serde_json::from_slice(&bytes(part)).unwrap())
}

#[tokio::test]
async fn a_message_says_who_sends_to_whom_for_twelve_hours_and_is_signed() {
    let world = with(one(NEW));
    let authorization = world.send(NEW[0], 0).await.unwrap();
    let [header, claims] = verify(&authorization, NEW[0]);
    assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256" }));
    let expected = json!({
        "aud": "https://fcm.googleapis.com",
        "exp": at(12 * 60 * 60).as_second(),
        "sub": "mailto:push@acme.example",
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn a_message_has_what_the_notice_says_and_where_the_subscription_leads() {
    let world = with(one(NEW));
    let topic = Some("a".parse().unwrap());
    let notice = PushNotice { topic: topic.clone(), urgency: Urgency::Low, ..notice() };
    let subscription = subscription(NEW[0]);
    let signed = world.push.sign(&subscription, notice, at(0)).await.unwrap();
    world.push.send(signed).await.unwrap();
    let message = world.outbox.0.lock().unwrap().pop().unwrap();
    assert!(message.endpoint == subscription.endpoint && message.keys == subscription.keys);
    assert_eq!((&*message.payload, message.ttl), (&b"hello"[..], 60));
    assert_eq!((message.urgency, message.topic), (Urgency::Low, topic));
}

#[tokio::test]
async fn each_subscription_gets_the_signature_of_the_key_it_was_made_with() {
    let world = with(both());
    let key = world.push.application_server_key(at(0)).await.unwrap();
    assert_eq!(key.to_text(), NEW[0]);
    for public_key in [NEW[0], OLD[0]] {
        verify(&world.send(public_key, 0).await.unwrap(), public_key);
    }
}

#[tokio::test]
async fn a_key_that_was_put_there_meanwhile_is_fetched_for_a_subscription_made_with_it() {
    let world = with(one(OLD));
    assert_eq!(world.push.application_server_key(at(0)).await.unwrap().to_text(), OLD[0]);
    *world.secret.0.lock().unwrap() = Ok(both().to_string());
    // Not again so soon, whatever comes.
    assert_eq!(world.send(NEW[0], 59).await, Err(PushError::NoKey));
    assert!(PushError::NoKey.may_pass());
    verify(&world.send(NEW[0], 60).await.unwrap(), NEW[0]);
    verify(&world.send(OLD[0], 60).await.unwrap(), OLD[0]);
}

#[tokio::test]
async fn a_subscription_made_with_a_key_that_was_taken_out_is_not_sent_to() {
    let world = with(one(NEW));
    assert_eq!(world.send(OLD[0], 0).await, Err(PushError::NoKey));
    assert!(world.outbox.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_told_and_logged_without_what_was_there_instead() {
    let world = with(json!({ "public_key": "hush" }));
    assert_eq!(world.send(NEW[0], 0).await, Err(PushError::InvalidKeys));
    let lines = world.log.0.lock().unwrap().concat();
    assert!(lines.contains("vapid_keys.refresh_failed") && !lines.contains("hush"), "{lines}");
    *world.secret.0.lock().unwrap() = Err(SecretError::Throttled);
    let throttled = world.push.application_server_key(at(10)).await;
    assert_eq!(throttled, Err(PushError::Secret(SecretError::Throttled)));
}

#[tokio::test]
async fn whoever_names_no_sender_is_told_so() {
    let sent = Push::not_named().sign(&subscription(NEW[0]), notice(), at(0)).await;
    assert_eq!(sent, Err(PushError::Secret(SecretError::NotNamed)));
}

#[tokio::test]
async fn without_a_secret_web_push_is_off() {
    let world = with(one(NEW));
    let off = Push::keys_only(world.secret.clone(), None, Arc::new(Lines::default()));
    assert_eq!(off.application_server_key(at(0)).await, Err(PushError::NotSetUp));
    let sent = off.sign(&subscription(NEW[0]), notice(), at(0)).await;
    assert_eq!(sent, Err(PushError::NotSetUp));
    assert!(PushError::NotSetUp.may_pass(), "the operators may set it up");
}
