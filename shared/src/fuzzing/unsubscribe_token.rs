//! Tokens of unsubscribe links: only what was signed here turns anything off, and what it says is what was
//! signed, to the letter.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};

use super::{NOW, Silence, at_once};
use crate::config::PublicUrl;
use crate::deliver::secrets::{Fetching, Secrets};
use crate::failure::Failure;
use crate::unsubscribe::{InvalidToken, Unsubscribe, Verified};

/// The keys by their ids; the first signs.
const KEYS: [(&str, &str); 2] =
    [("2026-03", "a key that signs, of 32 characters"), ("1", "the key before, of 32 characters.")];

const PUBLIC_URL: &str = "https://notifications.example";

/// How long a link works, in seconds.
const LIFETIME: i64 = 60 * 24 * 60 * 60;

/// Takes the bytes as a token, and as what one says, which each of the keys signs. Says whether a link of it
/// works.
pub fn unsubscribe_token(data: &[u8]) -> bool {
    let mut works = std::str::from_utf8(data).is_ok_and(followed);
    let payload = URL_SAFE_NO_PAD.encode(data);
    for (id, key) in KEYS {
        let message = format!("1.{id}.{payload}");
        let is_good = followed(&format!("{message}.{}", mac(key, &message)));
        assert!(!is_good || std::str::from_utf8(data).is_ok(), "what is no text is accepted");
        works |= is_good;
        // The other's signature of the same.
        for (_, other) in KEYS.into_iter().filter(|(other, _)| *other != id) {
            assert!(!followed(&format!("{message}.{}", mac(other, &message))));
        }
    }
    works
}

/// Whether the link of that token works. If it does, it was signed, says one thing in one way, and works for
/// as long as it says.
fn followed(token: &str) -> bool {
    let links = links();
    let Some(Verified { org_unit, user, setting }) = verify(&links, token, NOW) else {
        return false;
    };
    let (message, signature) = token.rsplit_once('.').expect("it is signed");
    let (id, payload) = message
        .strip_prefix("1.")
        .and_then(|rest| rest.split_once('.'))
        .expect("it names its version and its key");
    let (_, key) =
        KEYS.into_iter().find(|(known, _)| *known == id).expect("the key is one of ours");
    assert_eq!(signature, mac(key, message), "a forged token is accepted");

    let payload = URL_SAFE_NO_PAD.decode(payload).expect("it is base 64");
    let said: Value = serde_json::from_slice(&payload).expect("it is JSON");
    let expires_at = said[3].as_i64().expect("it ends at some time");
    let setting_said = setting.to_string();
    assert_eq!(said, json!([org_unit.as_str(), user.as_str(), setting_said, expires_at]));
    assert!(expires_at > NOW, "an old token is accepted");
    assert!(
        Timestamp::from_second(expires_at).is_err() || verify(&links, token, expires_at).is_none()
    );

    // Made anew when it must have been made, it is the same.
    let made_at = expires_at.checked_sub(LIFETIME).map(Timestamp::from_second);
    if let Some(Ok(made_at)) = made_at {
        let link = at_once(links.link(&org_unit, &user, &setting, made_at));
        let link = link.expect("the keys are at hand");
        let made =
            link.strip_prefix(PUBLIC_URL).and_then(|path| path.strip_prefix("/unsubscribe/"));
        let made = made.expect("it leads here");
        assert_eq!(made == token, id == KEYS[0].0, "the same words make another token");
        let again = verify(&self::links(), made, NOW);
        assert_eq!(again, Some(Verified { org_unit, user, setting }));
    }
    true
}

fn verify(links: &Unsubscribe, token: &str, now: i64) -> Option<Verified> {
    let now = Timestamp::from_second(now).expect("it is a time");
    match at_once(links.verify(token, now)) {
        Ok(verified) => Some(verified),
        Err(Failure::UnsubscribeToken(InvalidToken)) => None,
        Err(other) => panic!("whoever follows a link is told of our own faults: {other}"),
    }
}

fn links() -> Unsubscribe {
    let public_url = PublicUrl::parse(PUBLIC_URL);
    Unsubscribe::new(Arc::new(Kept), "keys".to_owned(), public_url, Arc::new(Silence))
}

/// The signature of a message, in base 64.
fn mac(key: &str, message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()))
}

/// The keys, where the deployment keeps them.
struct Kept;

impl Secrets for Kept {
    fn secret<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        let [(key_id, key), (previous_key_id, previous_key)] = KEYS;
        let secret = json!({
            "key_id": key_id,
            "key": key,
            "previous_key_id": previous_key_id,
            "previous_key": previous_key,
        });
        Box::pin(std::future::ready(Ok(secret.to_string())))
    }
}
