//! What the push service asks of a message, and what it makes of one: put to it as text, so that nothing of
//! ours has a say in it.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use pretty_assertions::assert_eq;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use web_push_native::p256::ecdsa::SigningKey;

use super::*;

const NOW: i64 = 1_773_410_400;

struct At(Mutex<i64>);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(*self.0.lock().unwrap()).unwrap()
    }
}

async fn service() -> LocalPushService {
    LocalPushService::start(Arc::new(At(Mutex::new(NOW)))).await.unwrap()
}

/// A token with those claims, and who signed it.
fn vapid(header: &Value, claims: &Value) -> String {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pair.as_ref(), &random).unwrap();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let signature = pair.sign(&random, signed.as_bytes()).unwrap();
    let key = encode(pair.public_key().as_ref());
    format!("vapid t={signed}.{}, k={key}", encode(signature.as_ref()))
}

fn header() -> Value {
    json!({ "typ": "JWT", "alg": "ES256" })
}

fn claims() -> Value {
    json!({ "aud": "https://push.example", "exp": NOW + 3600, "sub": "mailto:a@b.example" })
}

/// One record for nobody.
fn record(length: usize) -> Vec<u8> {
    let mut record = [&[7; 16][..], &4096_u32.to_be_bytes(), &[65, 4], &[9; 64]].concat();
    record.resize(86 + length, 1);
    record
}

fn fine() -> Vec<(&'static str, String)> {
    vec![
        ("authorization", vapid(&header(), &claims())),
        ("ttl", "60".to_owned()),
        ("content-encoding", "aes128gcm".to_owned()),
    ]
}

fn with(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut headers = fine();
    headers.retain(|(other, _)| *other != name);
    headers.push((name, value.to_owned()));
    headers
}

/// The whole answer.
async fn send(
    service: &LocalPushService,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> String {
    let mut stream = TcpStream::connect(service.address()).await.unwrap();
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "POST /a?b HTTP/1.1\r\nhost: push.example\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn status(headers: &[(&'static str, String)], body: &[u8]) -> String {
    let answer = send(&service().await, headers, body).await;
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_message_as_the_rfcs_have_it_is_taken() {
    let service = service().await;
    let answer = send(&service, &fine(), &record(17)).await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert!(answer.contains("location: https://push.example/messages/1\r\n"), "{answer}");
    let [message] = &service.take_messages()[..] else { panic!("not one message") };
    assert_eq!(message.endpoint, "https://push.example/a?b");
    assert_eq!((message.ttl, &message.urgency, &message.topic), (60, &None, &None));
    assert_eq!((&*message.contact, &message.body), ("mailto:a@b.example", &record(17)));
}

#[tokio::test]
async fn a_message_that_breaks_a_rule_is_refused() {
    let mut without_ttl = fine();
    without_ttl.retain(|(name, _)| *name != "ttl");
    for (headers, body, expected) in [
        (without_ttl, record(17), "400"),
        (with("ttl", "-1"), record(17), "400"),
        (with("urgency", "asap"), record(17), "400"),
        (with("topic", &"a".repeat(33)), record(17), "400"),
        (with("topic", "a/b"), record(17), "400"),
        (with("content-encoding", "aesgcm"), record(17), "415"),
        (fine(), vec![], "400"),
        (fine(), record(16), "400"),
        (fine(), record(4_096 - 86 + 1), "413"),
        (fine(), [&record(17)[..20], &[0], &record(17)[21..]].concat(), "400"),
        (fine(), [&[7; 16][..], &18_u32.to_be_bytes(), &record(60)[20..]].concat(), "400"),
    ] {
        assert_eq!(status(&headers, &body).await, expected, "{headers:?}");
    }
    assert_eq!(status(&fine(), &record(4_096 - 86)).await, "201");
}

#[tokio::test]
async fn a_token_that_is_none_is_401_and_one_that_is_not_good_403() {
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        vapid(&header(), &claims)
    };
    let good = vapid(&header(), &claims());
    let (token, _) = good.split_once(", ").unwrap();
    let other = vapid(&header(), &claims());
    let (_, key) = other.split_once(", ").unwrap();
    for (credential, expected) in [
        ("Bearer a".to_owned(), "401"),
        ("vapid t=a.b.c".to_owned(), "401"),
        ("vapid t=a.b.c, k=d".to_owned(), "401"),
        (format!("{token}, {key}"), "403"),
        (changed("aud", json!("https://other.example")), "403"),
        (changed("exp", json!(NOW)), "403"),
        (changed("exp", json!(NOW + 86_401)), "403"),
        (changed("sub", json!("nobody")), "403"),
        (vapid(&json!({ "typ": "JWT", "alg": "none" }), &claims()), "403"),
        (changed("exp", json!(NOW + 86_400)), "201"),
    ] {
        assert_eq!(status(&with("authorization", &credential), &record(17)).await, expected);
    }
}

#[test]
fn a_browser_reads_what_was_encrypted_for_it_and_nothing_else() {
    let [one, other] = ["a", "b"].map(|name| Browser::new(&format!("https://push.example/{name}")));
    let (one, other) = (one.unwrap(), other.unwrap());
    let subscription = one.subscription().unwrap();
    let decode =
        |name: &str| URL_SAFE_NO_PAD.decode(subscription["keys"][name].as_str().unwrap()).unwrap();
    let key = web_push_native::p256::PublicKey::from_sec1_bytes(&decode("p256dh")).unwrap();
    let auth = web_push_native::Auth::clone_from_slice(&decode("auth"));
    let body = web_push_native::encrypt(b"hello".to_vec(), &key, &auth).unwrap();
    assert_eq!(one.read(&body).unwrap(), "hello");
    assert!(other.read(&body).is_err());
    // The key of the subscription is the one that it is signed for elsewhere, too.
    assert!(SigningKey::from_slice(&URL_SAFE_NO_PAD.decode(one.secrets().0).unwrap()).is_ok());
}
