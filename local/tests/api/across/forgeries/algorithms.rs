//! RFC 8725, sections 3.1 and 3.2: the algorithm is the key's, and is a good one.

use serde_json::json;

use super::signers::{ALGORITHMS, by_forger, signatures};
use super::{
    Api, Forgery, HEADER, SIGNATURE, UNKNOWN_KEY, assert_refused, claims, encode, good, start,
};
use crate::support::keys::ES256;

/// The keys of the system by their ids, each with the algorithms that it is for.
const KEYS: [(&str, &[&str]); 5] = [
    ("RS256", &["RS256"]),
    ("PS256", &["PS256"]),
    ("RSA", &["RS256", "PS256"]),
    ("ES256", &["ES256"]),
    ("EdDSA", &["EdDSA"]),
];

/// What keys are taken for at all.
const TAKEN: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// Every key with every algorithm that it is not for, signed as that algorithm asks: by the provider,
/// which has a key of that kind too, and by someone else.
pub(super) fn confused(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for (id, own) in KEYS {
        for algorithm in ALGORITHMS.iter().filter(|algorithm| !own.contains(algorithm)) {
            let header = json!({ "alg": algorithm, "kid": id });
            let message = message(api, &header.to_string());
            let reason = if TAKEN.contains(algorithm) { UNKNOWN_KEY } else { HEADER };
            for signature in signatures(algorithm, message.as_bytes()) {
                let token = format!("{message}.{}", encode(signature));
                forgeries.push(Forgery::token(format!("{algorithm} by {id}"), reason, &token));
            }
        }
    }
    forgeries
}

/// Every key with its own algorithm, signed by someone else.
fn by_someone_else(api: &Api) -> Vec<Forgery> {
    let pairs = KEYS.iter().flat_map(|(id, own)| own.iter().map(move |it| (id, it)));
    let forgeries = pairs.map(|(id, algorithm)| {
        let message = message(api, &json!({ "alg": algorithm, "kid": id }).to_string());
        let token = format!("{message}.{}", encode(by_forger(algorithm, message.as_bytes())));
        Forgery::token(format!("{algorithm} of {id}, by someone else"), SIGNATURE, &token)
    });
    forgeries.collect()
}

/// `none`, as it might be spelled, and what is no algorithm of ours or of anyone: without a signature,
/// with an empty one, and with one that is good for the header's text.
pub(super) fn unsigned(api: &Api) -> Vec<Forgery> {
    const NONE: [&str; 15] = [
        r#""none""#,
        r#""None""#,
        r#""NONE""#,
        r#""nOnE""#,
        r#"" none""#,
        r#""none ""#,
        r#""none\u0000""#,
        r#""\u006eone""#,
        r#""nоne""#,
        r#""""#,
        "null",
        "false",
        "0",
        r#"["none"]"#,
        r#"{"none":true}"#,
    ];
    const OTHER: [&str; 14] = [
        r#""es256""#,
        r#""ES256 ""#,
        r#""ES256\u0000""#,
        r#""ES256K""#,
        r#""Ed25519""#,
        r#""Ed448""#,
        r#""eddsa""#,
        r#""RS1""#,
        r#""RSA-OAEP""#,
        r#""dir""#,
        r#""A128KW""#,
        r#"["ES256"]"#,
        r#"{"ES256":"ES256"}"#,
        "256",
    ];
    let mut forgeries = Vec::new();
    for algorithm in NONE.iter().chain(&OTHER) {
        let header = encode(format!(r#"{{"alg":{algorithm},"kid":"ES256"}}"#));
        let signed = ES256.sign_parts(&header, &encode(claims(api).to_string()));
        let (message, _) = signed.rsplit_once('.').expect("a signature");
        for token in [&format!("{message}."), &signed] {
            forgeries.push(Forgery::token(format!("alg {algorithm}"), HEADER, token));
        }
        forgeries.push(Forgery::token(format!("alg {algorithm}, two parts"), HEADER, message));
    }
    let without = ES256.sign_parts(&encode(r#"{"kid":"ES256"}"#), &encode("{}"));
    forgeries.push(Forgery::token("no alg", HEADER, &without));
    let token = good(api, &ES256);
    let (_, rest) = token.split_once('.').expect("parts");
    let replaced = format!("{}.{rest}", encode(r#"{"alg":"none","kid":"ES256"}"#));
    forgeries.push(Forgery::token("none in place of a good header", HEADER, &replaced));
    forgeries
}

fn message(api: &Api, header: &str) -> String {
    format!("{}.{}", encode(header), encode(claims(api).to_string()))
}

#[tokio::test]
async fn no_algorithm_but_the_keys_own_is_taken_in_any_pair() {
    let api = start().await;
    assert_refused(&api, &confused(&api)).await;
}

#[tokio::test]
async fn a_signature_of_someone_elses_key_is_refused_for_every_algorithm() {
    let api = start().await;
    assert_refused(&api, &by_someone_else(&api)).await;
}

#[tokio::test]
async fn none_and_every_algorithm_that_is_not_taken_is_refused_however_it_is_spelled() {
    let api = start().await;
    assert_refused(&api, &unsigned(&api)).await;
}
