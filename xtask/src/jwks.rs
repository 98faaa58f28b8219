//! `cargo xtask jwks`: a JWKS small enough for the environment of a function.
//!
//! A JWKS in the configuration saves a cold start the call to the identity provider, but the whole
//! environment of a Lambda function may hold 4 KB, and what providers publish is mostly certificate
//! chains (`x5c`) that nothing here reads.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The members of a key (RFC 7517, 7518, 8037) that checking a signature needs.
const KEPT: [&str; 8] = ["kty", "kid", "alg", "crv", "n", "e", "x", "y"];

/// The members of RFC 7518 and 8037 that only the holder of a private key may know. `k` is a shared
/// secret.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// How long a modulus is without its leading zero byte: 2048 bits or more (RFC 7518, section 3.3).
const RSA_BYTES: RangeInclusive<usize> = 256..=usize::MAX;

/// How long a coordinate of P-256 is, and a point of Ed25519.
const CURVE_BYTES: RangeInclusive<usize> = 32..=32;

/// The exponent may have any length.
const ANY_BYTES: RangeInclusive<usize> = 0..=usize::MAX;

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

/// Why a key can check no token, if it cannot. `shared::auth::KeySet` judges the same, and passes
/// over what is dropped here.
fn unusable(key: &Map<String, Value>) -> Option<String> {
    let text = |member| key.get(member).and_then(Value::as_str);
    match (text("use"), key.get("key_ops")) {
        (Some("sig"), _) | (None, None) => {}
        (Some(usage), _) => return Some(format!("its use is {usage}, not sig")),
        (None, Some(operations)) => {
            let verifies =
                operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
            if !verifies {
                return Some(format!("its key_ops are {operations}, without \"verify\""));
            }
        }
    }
    let kind = text("kty").unwrap_or("missing");
    let curve = text("crv").unwrap_or("missing");
    let (algorithms, members): (&[&str], &[(&str, RangeInclusive<usize>)]) = match (kind, curve) {
        ("RSA", _) => (&["RS256", "PS256"], &[("n", RSA_BYTES), ("e", ANY_BYTES)]),
        ("EC", "P-256") => (&["ES256"], &[("x", CURVE_BYTES), ("y", CURVE_BYTES)]),
        ("OKP", "Ed25519") => (&["EdDSA", "Ed25519"], &[("x", CURVE_BYTES)]),
        ("EC" | "OKP", _) => {
            let right = if kind == "EC" { "P-256" } else { "Ed25519" };
            return Some(format!("the curve of its kty {kind} is {curve}, not {right}"));
        }
        ("oct", _) => {
            return Some("its kty is oct, a shared secret, which no JWKS may publish".to_owned());
        }
        _ => return Some(format!("its kty is {kind}, not RSA, EC or OKP")),
    };
    if let Some(algorithm) = text("alg").filter(|algorithm| !algorithms.contains(algorithm)) {
        let right = algorithms.join(" or ");
        return Some(format!("its alg is {algorithm}, and with kty {kind} it must be {right}"));
    }
    if text("kid").is_none() {
        return Some("it has no kid, by which a token names its key".to_owned());
    }
    members.iter().find_map(|(member, lengths)| {
        let Some(value) = text(member) else { return Some(format!("it has no `{member}`")) };
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(value) else {
            return Some(format!("its `{member}` is not base64url without padding"));
        };
        // Some providers pad the modulus with a zero byte.
        let padding = usize::from(*member == "n" && bytes.starts_with(&[0]));
        let length = bytes.len() - padding;
        let wrong =
            format!("its `{member}` has {length} bytes, and {} are needed", lengths.start());
        (!lengths.contains(&length)).then_some(wrong)
    })
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
mod tests;
