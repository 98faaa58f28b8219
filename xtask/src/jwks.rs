//! `cargo xtask jwks`: a JWKS small enough for the environment of a function.
//!
//! A JWKS in the configuration saves a cold start the call to the identity provider, but the whole
//! environment of a Lambda function may hold 4 KB, and what providers publish is mostly certificate
//! chains (`x5c`) that nothing here reads.

use serde_json::{Map, Value};

/// The members of a key (RFC 7517, 7518, 8037) that checking a signature needs.
const KEPT: [&str; 8] = ["kty", "kid", "alg", "crv", "n", "e", "x", "y"];

/// The members of RFC 7518 and 8037 that only the holder of a private key may know. `k` is a shared
/// secret.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What the service checks; a key for anything else would never be used.
const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// Lambda: all variables of a function together.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
const LARGEST: usize = 4096;

/// Past this there is little left for the other variables.
const LARGE: usize = 2048;

/// The stripped JWKS, and what the operator should know of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stripped {
    /// One line of JSON.
    pub(crate) json: String,
    /// Lines for stderr.
    pub(crate) warnings: Vec<String>,
}

/// Keeps the public members of the signature keys of `text`.
///
/// # Errors
/// It is no JWKS, holds no key that could check a token, or is over 4 KB all the same.
pub(crate) fn strip(text: &str) -> Result<Stripped, String> {
    let jwks: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let keys = jwks.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or("not a JWKS: it must be an object with an array `keys`")?;
    let mut warnings = Vec::new();
    let mut kept = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let Some(key) = key.as_object() else {
            warnings.push(format!("warning: keys[{index}] is dropped: it is not an object"));
            continue;
        };
        let kid = key.get("kid").and_then(Value::as_str);
        let name = kid
            .map_or_else(|| format!("keys[{index}]"), |kid| format!("keys[{index}] (kid {kid})"));
        let private: Vec<&str> =
            PRIVATE.into_iter().filter(|member| key.contains_key(*member)).collect();
        if !private.is_empty() {
            warnings.push(format!(
                "WARNING: {name} holds PRIVATE members ({}). They are dropped here, but whoever has this file can sign \
                 tokens: treat the key as stolen if the file ever left its owner.",
                private.join(", ")
            ));
        }
        match unusable(key) {
            Some(why) => warnings.push(format!("warning: {name} is dropped: {why}")),
            None => kept.push(public(key)?),
        }
    }
    if kept.is_empty() {
        let said: String = warnings.iter().map(|warning| format!("\n  {warning}")).collect();
        return Err(format!("no key is left that could check a token{said}"));
    }
    let json = format!("{{\"keys\":[{}]}}", kept.join(","));
    match json.len() {
        size if size > LARGEST => {
            return Err(format!(
                "the stripped JWKS has {size} bytes, over the {LARGEST} of a function's whole environment: \
                 leave it out and give the JWKS URL instead"
            ));
        }
        size if size > LARGE => warnings.push(format!(
            "warning: {size} bytes of the {LARGEST} that all variables of a function have together"
        )),
        _ => {}
    }
    Ok(Stripped { json, warnings })
}

/// Why a key can check no token, if it cannot.
fn unusable(key: &Map<String, Value>) -> Option<String> {
    let text = |member| key.get(member).and_then(Value::as_str);
    if let Some(usage) = key.get("use").filter(|usage| usage.as_str() != Some("sig")) {
        return Some(format!("its use is {usage}, not \"sig\""));
    }
    if let Some(operations) = key.get("key_ops") {
        let verifies =
            operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
        if !verifies {
            return Some(format!("its key_ops are {operations}, without \"verify\""));
        }
    }
    if let Some(algorithm) =
        key.get("alg").filter(|alg| !alg.as_str().is_some_and(|a| ALGORITHMS.contains(&a)))
    {
        return Some(format!("its alg is {algorithm}, not one of {}", ALGORITHMS.join(", ")));
    }
    let curve = text("crv").unwrap_or("none");
    let needed: &[&str] = match (text("kty"), curve) {
        (Some("RSA"), _) => &["n", "e"],
        (Some("EC"), "P-256") => &["x", "y"],
        (Some("OKP"), "Ed25519") => &["x"],
        (Some(kind @ ("EC" | "OKP")), _) => {
            return Some(format!("the curve of its kty {kind} is {curve}, not P-256 or Ed25519"));
        }
        (Some("oct"), _) => {
            return Some("its kty is oct, a shared secret, which no JWKS may publish".to_owned());
        }
        (kind, _) => {
            return Some(format!("its kty is {}, not RSA, EC or OKP", kind.unwrap_or("missing")));
        }
    };
    if text("kid").is_none() {
        return Some("it has no kid, by which a token names its key".to_owned());
    }
    let missing = needed.iter().find(|member| text(member).is_none_or(str::is_empty))?;
    Some(format!("it has no `{missing}`"))
}

/// The kept members in their order, whatever order `serde_json` was built with.
fn public(key: &Map<String, Value>) -> Result<String, String> {
    let mut members = Vec::new();
    for name in KEPT {
        if let Some(value) = key.get(name) {
            let value = serde_json::to_string(value).map_err(|error| error.to_string())?;
            members.push(format!("\"{name}\":{value}"));
        }
    }
    Ok(format!("{{{}}}", members.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: &str = r#"{"kty":"RSA","use":"sig","kid":"a","alg":"RS256","n":"abc","e":"AQAB","x5c":["MII"],"x5t":"y"}"#;
    const STRIPPED: &str = r#"{"kty":"RSA","kid":"a","alg":"RS256","n":"abc","e":"AQAB"}"#;

    fn strip_keys(keys: &[&str]) -> Result<Stripped, String> {
        strip(&format!("{{\"keys\": [{}]}}", keys.join(", ")))
    }

    fn one(json: &str) -> String {
        format!("{{\"keys\":[{json}]}}")
    }

    #[test]
    fn only_what_checks_a_signature_is_kept() {
        let stripped = strip_keys(&[RSA]).unwrap();
        assert_eq!(stripped, Stripped { json: one(STRIPPED), warnings: vec![] });
        for key in [
            r#"{"kty":"EC","kid":"b","crv":"P-256","x":"1","y":"2"}"#,
            r#"{"kty":"OKP","kid":"c","alg":"EdDSA","crv":"Ed25519","x":"1"}"#,
        ] {
            assert_eq!(strip_keys(&[key]).unwrap().json, one(key));
        }
        let verifies = r#"{"kty":"RSA","kid":"a","n":"1","e":"2","key_ops":["verify"]}"#;
        assert_eq!(
            strip_keys(&[verifies]).unwrap().json,
            one(r#"{"kty":"RSA","kid":"a","n":"1","e":"2"}"#)
        );
    }

    #[test]
    fn keys_that_check_no_token_are_dropped_with_a_word() {
        let cases = [
            (r#"{"kty":"RSA","kid":"x","use":"enc","n":"1","e":"2"}"#, "its use is \"enc\""),
            (
                r#"{"kty":"RSA","kid":"x","key_ops":["encrypt"],"n":"1","e":"2"}"#,
                "without \"verify\"",
            ),
            (
                r#"{"kty":"RSA","kid":"x","alg":"RSA-OAEP","n":"1","e":"2"}"#,
                "its alg is \"RSA-OAEP\"",
            ),
            (r#"{"kty":"oct","kid":"s"}"#, "(kid s) is dropped: its kty is oct"),
            (r#"{"kty":"EC","kid":"x","crv":"P-384","x":"1","y":"2"}"#, "P-384"),
            (r#"{"kty":"OKP","kid":"x","crv":"X25519","x":"1"}"#, "X25519"),
            (r#"{"kty":"RSA","n":"1","e":"2"}"#, "it has no kid"),
            (r#"{"kty":"RSA","kid":"x","n":"1"}"#, "it has no `e`"),
            (r#"{"kid":"x"}"#, "its kty is missing"),
            ("7", "not an object"),
        ];
        for (key, word) in cases {
            let stripped = strip_keys(&[RSA, key]).unwrap();
            assert_eq!(stripped.json, one(STRIPPED), "{key}");
            assert_eq!(stripped.warnings.len(), 1, "{key}");
            assert!(stripped.warnings[0].contains(word), "{key}: {:?}", stripped.warnings);
            assert!(strip_keys(&[key]).unwrap_err().contains(word), "{key}");
        }
    }

    #[test]
    fn private_members_never_come_out_and_are_said_aloud() {
        let private =
            r#"{"kty":"RSA","kid":"a","alg":"RS256","n":"abc","e":"AQAB","d":"secret","p":"1"}"#;
        let stripped = strip_keys(&[private]).unwrap();
        assert_eq!(stripped.json, one(STRIPPED));
        assert!(stripped.warnings[0].contains("PRIVATE members (d, p)"), "{:?}", stripped.warnings);
        let secret = strip_keys(&[r#"{"kty":"oct","kid":"x","k":"secret"}"#]).unwrap_err();
        assert!(secret.contains("PRIVATE members (k)") && !secret.contains("secret\""), "{secret}");
    }

    #[test]
    fn what_is_no_jwks_is_refused() {
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#, RSA] {
            assert!(strip(text).is_err(), "{text}");
        }
    }

    #[test]
    fn it_warns_over_2_kib_and_fails_over_4() {
        let of_size = |size: usize| {
            let key = |n: &str| format!(r#"{{"kty":"RSA","kid":"a","n":"{n}","e":"AQAB"}}"#);
            let rest = one(&key("")).len();
            strip_keys(&[&key(&"n".repeat(size - rest))])
        };
        assert_eq!(of_size(2048).unwrap().warnings.len(), 0);
        assert_eq!(of_size(2049).unwrap().warnings.len(), 1);
        assert_eq!(of_size(4096).unwrap().json.len(), 4096);
        assert!(of_size(4097).unwrap_err().contains("4097 bytes"));
    }
}
