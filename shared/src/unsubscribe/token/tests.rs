//! What is a token, and what is none.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp::constant(1_773_410_400, 0);

fn keys(current: &str, previous: Option<&str>) -> UnsubscribeKeys {
    let key = |id: &str| id.repeat(32);
    let mut secret = json!({ "key_id": current, "key": key(current) });
    if let Some(previous) = previous {
        secret["previous_key_id"] = json!(previous);
        secret["previous_key"] = json!(key(previous));
    }
    UnsubscribeKeys::parse(&secret.to_string()).unwrap()
}

fn said(setting: &str) -> Verified {
    Verified {
        org_unit: OrgUnitId::parse("acme").unwrap(),
        user: UserId::parse("auth0|7").unwrap(),
        setting: setting.parse().unwrap(),
    }
}

fn signed(keys: &UnsubscribeKeys, setting: &str) -> String {
    let Verified { org_unit, user, setting } = said(setting);
    sign(keys.current(), &org_unit, &user, &setting, NOW).unwrap()
}

fn verify(token: &str, keys: &UnsubscribeKeys, now: Timestamp) -> Result<Verified, InvalidToken> {
    Presented::parse(token)?.verify(keys, now)
}

/// Signs whatever it is told to, as the key's holder.
fn forge(version: &str, key_id: &str, payload: &[u8]) -> String {
    let keys = keys("1", None);
    let message = format!("{version}.{key_id}.{}", URL_SAFE_NO_PAD.encode(payload));
    let mac = hmac::sign(&keys.current().key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
}

#[test]
fn a_token_says_what_was_signed_and_nothing_changes_its_form_unnoticed() {
    let keys = keys("1", None);
    let token = signed(&keys, "email.product_updates");
    let (message, _) = token.rsplit_once('.').unwrap();
    let payload = message.strip_prefix("1.1.").unwrap();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(payload, r#"["acme","auth0|7","email.product_updates",1778594400]"#);
    assert_eq!(verify(&token, &keys, NOW), Ok(said("email.product_updates")));
}

#[test]
fn the_longest_token_is_well_below_the_limit() {
    let long = "x".repeat(128);
    let setting = format!("channel.{}.email_enabled", "c".repeat(64)).parse().unwrap();
    let (org_unit, user) = (OrgUnitId::parse(&long).unwrap(), UserId::parse(&long).unwrap());
    let token = sign(keys("1", None).current(), &org_unit, &user, &setting, NOW).unwrap();
    assert!(token.len() < LONGEST_TOKEN / 3, "{}", token.len());
    assert!(verify(&token, &keys("1", None), NOW).is_ok());
}

#[test]
fn a_token_expires_after_sixty_days_to_the_second() {
    let keys = keys("1", None);
    let token = signed(&keys, "activity.notify_mentions");
    let after = |seconds| Timestamp::from_second(NOW.as_second() + seconds).unwrap();
    assert!(verify(&token, &keys, after(LIFETIME_SECONDS - 1)).is_ok());
    assert_eq!(verify(&token, &keys, after(LIFETIME_SECONDS)), Err(InvalidToken));
}

#[test]
fn the_previous_key_still_verifies_and_a_removed_one_does_not() {
    let token = signed(&keys("1", None), "channel.*.email_enabled");
    assert!(verify(&token, &keys("2", Some("1")), NOW).is_ok());
    assert_eq!(verify(&token, &keys("3", Some("2")), NOW), Err(InvalidToken));
    // Who has the id has not the key.
    let other = json!({ "key_id": "1", "key": "other".repeat(8) }).to_string();
    assert_eq!(verify(&token, &UnsubscribeKeys::parse(&other).unwrap(), NOW), Err(InvalidToken));
}

#[test]
fn what_is_signed_and_makes_no_sense_is_none() {
    let keys = keys("1", None);
    let good: &[u8] = br#"["acme","7","email.product_updates",1778594400]"#;
    assert!(verify(&forge("1", "1", good), &keys, NOW).is_ok());
    assert_eq!(verify(&forge("2", "1", good), &keys, NOW), Err(InvalidToken));
    assert_eq!(verify(&forge("1", "1.1", good), &keys, NOW), Err(InvalidToken));
    for payload in [
        r#"["acme","7","email.product_updates"]"#,
        r#"["acme","7","email.product_updates",1778594400,1]"#,
        r#"["acme","7","email.product_updates",1778594400.0]"#,
        r#"["acme","7","email.product_updates", 1778594400]"#,
        r#"["acme","\u0037","email.product_updates",1778594400]"#,
        r#"["acme#x","7","email.product_updates",1778594400]"#,
        r#"["","7","email.product_updates",1778594400]"#,
        r#"["acme","","email.product_updates",1778594400]"#,
        r#"["acme","7","email.security_alerts",1778594400]"#,
        r#"["acme","7","activity.auto_watch_on_create",1778594400]"#,
        r#"["acme","7","channel.chat.message.digest",1778594400]"#,
        r#"["acme","7","mute.surge.fired",1778594400]"#,
        r#"["acme","7","email.product_updates",-1]"#,
        "{}",
        "",
        "\u{0}",
    ] {
        let token = forge("1", "1", payload.as_bytes());
        assert_eq!(verify(&token, &keys, NOW), Err(InvalidToken), "{payload}");
    }
}

#[test]
fn what_is_longer_or_otherwise_encoded_is_none() {
    let keys = keys("1", None);
    let token = signed(&keys, "email.product_updates");
    for changed in [
        format!("{token}="),
        format!("{token}."),
        format!(".{token}"),
        format!("{token} "),
        format!("0{token}"),
        token.replacen("1.1.", "1.1..", 1),
        token.to_uppercase(),
        format!("{token}{}", "A".repeat(LONGEST_TOKEN)),
        token.rsplit_once('.').unwrap().0.to_owned(),
        String::new(),
        "...".to_owned(),
    ] {
        assert_eq!(verify(&changed, &keys, NOW), Err(InvalidToken), "{changed}");
    }
}

proptest! {
    #[test]
    fn a_token_with_any_one_character_changed_is_none(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.-]") {
        let keys = keys("1", Some("2"));
        let token = signed(&keys, "channel.chat.message.email_enabled");
        let at = at.index(token.len());
        let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
        prop_assume!(changed != token);
        prop_assert_eq!(verify(&changed, &keys, NOW), Err(InvalidToken));
    }
}
