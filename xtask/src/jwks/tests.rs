use serde_json::json;
use shared::auth::KeySet;

use super::*;

/// That many bytes, as a member of a key.
fn bytes(length: usize) -> String {
    URL_SAFE_NO_PAD.encode(vec![0xA5; length])
}

/// A modulus of that many bytes behind a zero byte.
fn padded(length: usize) -> String {
    URL_SAFE_NO_PAD.encode([vec![0], vec![0xA5; length]].concat())
}

fn published() -> Value {
    json!({
        "kty": "RSA", "use": "sig", "kid": "a", "alg": "RS256", "n": bytes(256), "e": "AQAB",
        "x5c": ["MII"], "x5t": "y",
    })
}

/// What is left of [`published`].
fn stripped() -> String {
    let n = bytes(256);
    format!(r#"{{"keys":[{{"kty":"RSA","kid":"a","alg":"RS256","n":"{n}","e":"AQAB"}}]}}"#)
}

fn strip_keys(keys: &[Value]) -> Result<Stripped, String> {
    strip(&json!({ "keys": keys }).to_string())
}

#[test]
fn only_what_checks_a_signature_is_kept() {
    let expected = Stripped { json: stripped(), warnings: vec![] };
    assert_eq!(strip_keys(&[published()]), Ok(expected));
}

#[test]
fn keys_that_check_tokens_are_kept() {
    let (n, x) = (bytes(256), bytes(32));
    for key in [
        json!({ "kty": "RSA", "kid": "x", "n": n, "e": "AQAB" }),
        json!({ "kty": "RSA", "kid": "x", "alg": "PS256", "n": padded(256), "e": "AQAB" }),
        json!({ "kty": "RSA", "kid": "x", "n": n, "e": "AQAB", "key_ops": ["sign", "verify"] }),
        json!({ "kty": "RSA", "kid": "x", "n": n, "e": "AQAB", "use": "sig", "key_ops": [] }),
        json!({ "kty": "EC", "kid": "x", "alg": "ES256", "crv": "P-256", "x": x, "y": x }),
        json!({ "kty": "OKP", "kid": "x", "alg": "EdDSA", "crv": "Ed25519", "x": x }),
        json!({ "kty": "OKP", "kid": "x", "alg": "Ed25519", "crv": "Ed25519", "x": x }),
    ] {
        assert_eq!(
            strip_keys(std::slice::from_ref(&key)).map(|kept| kept.warnings),
            Ok(vec![]),
            "{key}"
        );
    }
}

#[test]
fn keys_that_check_no_token_are_dropped_with_a_word() {
    let (n, x) = (bytes(256), bytes(32));
    let cases = [
        (json!({ "kty": "RSA", "kid": "x", "use": "enc", "n": n, "e": "AQAB" }), "its use is enc"),
        (
            json!({ "kty": "RSA", "kid": "x", "key_ops": ["encrypt"], "n": n, "e": "AQAB" }),
            "without \"verify\"",
        ),
        (
            json!({ "kty": "RSA", "kid": "x", "alg": "RSA-OAEP", "n": n, "e": "AQAB" }),
            "its alg is RSA-OAEP, and with kty RSA it must be RS256 or PS256",
        ),
        (
            json!({ "kty": "RSA", "kid": "x", "alg": "ES256", "n": n, "e": "AQAB" }),
            "its alg is ES256",
        ),
        (
            json!({ "kty": "EC", "kid": "x", "alg": "EdDSA", "crv": "P-256", "x": x, "y": x }),
            "its alg is EdDSA",
        ),
        (
            json!({ "kty": "OKP", "kid": "x", "alg": "ES256", "crv": "Ed25519", "x": x }),
            "its alg is ES256",
        ),
        (json!({ "kty": "oct", "kid": "s" }), "(kid s) is dropped: its kty is oct"),
        (json!({ "kty": "EC", "kid": "x", "crv": "P-384", "x": x, "y": x }), "P-384, not P-256"),
        (json!({ "kty": "OKP", "kid": "x", "crv": "X25519", "x": x }), "X25519, not Ed25519"),
        (json!({ "kty": "RSA", "n": n, "e": "AQAB" }), "it has no kid"),
        (json!({ "kty": "RSA", "kid": "x", "n": n }), "it has no `e`"),
        (json!({ "kty": "RSA", "kid": "x", "n": "=", "e": "AQAB" }), "its `n` is not base64url"),
        (
            json!({ "kty": "RSA", "kid": "x", "n": padded(255), "e": "AQAB" }),
            "its `n` has 255 bytes, and 256 are needed",
        ),
        (
            json!({ "kty": "EC", "kid": "x", "crv": "P-256", "x": x, "y": bytes(31) }),
            "its `y` has 31 bytes, and 32 are needed",
        ),
        (json!({ "kid": "x" }), "its kty is missing"),
        (json!(7), "not an object"),
    ];
    for (key, word) in cases {
        let kept = strip_keys(&[published(), key.clone()]).unwrap();
        assert_eq!(kept.json, stripped(), "{key}");
        assert_eq!(kept.warnings.len(), 1, "{key}");
        assert!(kept.warnings[0].contains(word), "{key}: {:?}", kept.warnings);
        assert!(strip_keys(&[key]).unwrap_err().contains(word), "{word}");
    }
}

#[test]
fn a_key_is_kept_if_and_only_if_the_service_takes_it() {
    let kinds = ["RSA", "EC", "OKP", "oct"];
    let curves = [json!(null), json!("P-256"), json!("P-384"), json!("Ed25519"), json!("X25519")];
    let algorithms = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519", "RS384", "HS256"];
    let algorithms = algorithms.map(Value::from).into_iter().chain([json!(null), json!(7)]);
    let purposes = [
        json!({}),
        json!({ "use": "sig", "key_ops": ["sign"] }),
        json!({ "use": "enc", "key_ops": ["verify"] }),
        json!({ "use": null, "key_ops": ["verify"] }),
        json!({ "use": 7 }),
        json!({ "key_ops": ["encrypt"] }),
        json!({ "key_ops": null }),
        json!({ "kid": 7 }),
    ];
    let numbers = [
        json!({ "n": bytes(256), "e": "AQAB", "x": bytes(32), "y": bytes(32) }),
        json!({ "n": bytes(255), "e": "AQAB", "x": bytes(32), "y": bytes(31) }),
        json!({ "n": padded(256), "e": "", "x": bytes(33), "y": bytes(32) }),
        json!({ "n": padded(255), "e": "AQAB", "x": bytes(31), "y": bytes(32) }),
        json!({ "n": bytes(256), "e": "A", "x": format!("{}=", bytes(32)), "y": bytes(32) }),
        json!({ "n": bytes(512), "x": bytes(32) }),
    ];
    let mut kept = 0;
    for (kind, curve) in kinds.iter().flat_map(|kind| curves.iter().map(move |c| (kind, c))) {
        for algorithm in algorithms.clone() {
            for (purpose, number) in
                purposes.iter().flat_map(|p| numbers.iter().map(move |number| (p, number)))
            {
                let mut key = json!({ "kty": kind, "kid": "a", "crv": curve, "alg": algorithm });
                for members in [purpose, number] {
                    let members = members.as_object().unwrap().clone();
                    key.as_object_mut().unwrap().extend(members);
                }
                let is_taken = |set: &str| KeySet::parse(set.as_bytes()).is_ok();
                let taken = is_taken(&json!({ "keys": [key] }).to_string());
                let stripped = strip_keys(std::slice::from_ref(&key));
                assert_eq!(stripped.is_ok(), taken, "{key}: {stripped:?}");
                assert!(stripped.is_ok_and(|stripped| is_taken(&stripped.json)) == taken, "{key}");
                kept += usize::from(taken);
            }
        }
    }
    assert!(kept > 0, "none of the keys is taken");
}

#[test]
fn private_members_never_come_out_and_are_said_aloud() {
    let mut private = published();
    private["d"] = json!("secret");
    private["p"] = json!("1");
    let kept = strip_keys(&[private]).unwrap();
    assert_eq!(kept.json, stripped());
    assert!(kept.warnings[0].contains("PRIVATE members (d, p)"), "{:?}", kept.warnings);
    let secret = strip_keys(&[json!({ "kty": "oct", "kid": "x", "k": "secret" })]).unwrap_err();
    assert!(secret.contains("PRIVATE members (k)") && !secret.contains("secret\""), "{secret}");
}

#[test]
fn what_is_no_jwks_is_refused() {
    let key = published().to_string();
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#, &key] {
        assert!(strip(text).is_err(), "{text}");
    }
}

#[test]
fn it_warns_over_2_kib_and_fails_over_4() {
    let with_id = |id: &str| json!({ "kty": "RSA", "kid": id, "n": bytes(256), "e": "AQAB" });
    let rest = strip_keys(&[with_id("")]).unwrap().json.len();
    let of_size = |size: usize| strip_keys(&[with_id(&"k".repeat(size - rest))]);
    assert_eq!(of_size(2048).unwrap().warnings.len(), 0);
    assert_eq!(of_size(2049).unwrap().warnings.len(), 1);
    assert_eq!(of_size(4096).unwrap().json.len(), 4096);
    assert!(of_size(4097).unwrap_err().contains("4097 bytes"));
}
