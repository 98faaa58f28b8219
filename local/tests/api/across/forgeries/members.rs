//! RFC 8725, sections 3.1, 3.6 and 3.10: what a header says besides is not followed, and what demands to
//! be followed is refused.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Api, Forgery, HEADER, assert_refused, claims, encode, signers, start};
use crate::across::jwks::host::Host;
use crate::support::Setup;
use crate::support::keys::{ES256, PS256};

/// A good token but for what its header says besides.
fn with_header(api: &Api, name: &str, header: &str) -> Forgery {
    let token = ES256.sign_parts(&encode(header), &encode(claims(api).to_string()));
    Forgery::token(name, HEADER, &token)
}

/// Headers that bring a key, name an address of one, demand an extension, or say that there is more to
/// do than to verify: with a value of theirs, with one that makes no sense, and with none.
pub(super) fn refused(api: &Api) -> Vec<Forgery> {
    let jwk = PS256.jwk("ES256");
    let address = "https://evil.example/keys";
    let values: [(&str, Vec<Value>); 9] = [
        ("jwk", vec![jwk.clone(), json!({}), json!("ES256")]),
        ("jku", vec![json!(address), json!(""), json!("file:///dev/null"), json!([address])]),
        ("x5u", vec![json!(address), json!(""), json!({ "url": address })]),
        ("x5c", vec![json!(["MIIB"]), json!([]), json!("MIIB")]),
        ("crit", vec![json!(["exp"]), json!(["b64"]), json!(["evil"]), json!([]), json!("b64")]),
        ("b64", vec![json!(true), json!("")]),
        ("enc", vec![json!("A256GCM"), json!("")]),
        ("zip", vec![json!("DEF"), json!("")]),
        ("cty", vec![json!("JWT"), json!("jwt"), json!("")]),
    ];
    let mut forgeries = Vec::new();
    for (name, values) in values {
        for value in values.into_iter().chain([Value::Null, json!(false), json!(0)]) {
            let mut header = json!({ "alg": "ES256", "kid": "ES256" });
            header[name] = value;
            let header = header.to_string();
            forgeries.push(with_header(api, &header, &header));
        }
    }
    forgeries
}

/// Headers that say something twice, so that who signed and who verifies may each have read another one.
fn ambiguous(api: &Api) -> Vec<Forgery> {
    let headers = [
        r#"{"alg":"none","alg":"ES256","kid":"ES256"}"#,
        r#"{"alg":"ES256","kid":"ES256","alg":"none"}"#,
        r#"{"alg":"ES256","alg":"ES256","kid":"ES256"}"#,
        r#"{"alg":"ES256","\u0061lg":"HS256","kid":"ES256"}"#,
        r#"{"alg":"ES256","kid":"evil","kid":"ES256"}"#,
        r#"{"alg":"ES256","kid":"ES256","kid":"evil"}"#,
        r#"{"alg":"ES256","kid":"ES256","typ":"JWT","typ":"logout+jwt"}"#,
        r#"{"alg":"ES256","kid":"ES256","crit":null,"crit":["exp"]}"#,
        r#"{"alg":"ES256","kid":"ES256","x":1,"x":1}"#,
        r#"{"alg":"ES256","kid":"ES256","x5t":"a","x5t":"b"}"#,
        r#"{"alg":"ES256","kid":"ES256","x":{"y":1,"y":2}}"#,
        r#"{"alg":"ES256","kid":"ES256","x":[{"y":1,"y":2}]}"#,
    ];
    headers.map(|header| with_header(api, header, header)).into_iter().collect()
}

#[tokio::test]
async fn a_header_that_brings_a_key_or_demands_more_is_refused_whatever_it_says_there() {
    let api = start().await;
    assert_refused(&api, &refused(&api)).await;
}

#[tokio::test]
async fn a_header_that_says_anything_twice_is_refused() {
    let api = start().await;
    assert_refused(&api, &ambiguous(&api)).await;
}

#[tokio::test]
async fn what_a_header_says_besides_without_demanding_is_passed_over() {
    let api = start().await;
    for header in [
        json!({ "alg": "ES256", "kid": "ES256", "x5t": "c2hhMQ", "x5t#S256": "c2hhMjU2" }),
        json!({ "alg": "ES256", "kid": "ES256", "cat": "cl_B7d4PD111AAA" }),
        json!({ "alg": "ES256", "kid": "ES256", "x": { "alg": "none", "kid": "evil" } }),
    ] {
        let token = ES256.sign(&header, &claims(&api));
        let answer = api.stranger().with_token(&token).get("/v1/api-keys").await;
        assert_eq!(answer.status, 200, "{header}");
    }
}

#[tokio::test]
async fn no_address_that_a_token_names_is_ever_asked() {
    let host = Host::start().await;
    host.serve(200, json!({ "keys": [PS256.jwk("evil")] }));
    let jwks: Arc<dyn shared::auth::JwksSource> =
        Arc::new(crate::support::ScriptedJwks::new(json!({ "keys": [ES256.jwk("ES256")] })));
    let api = Api::start_with(Setup { jwks: Some(jwks), ..Setup::default() }).await;
    for (name, id) in [("jku", "evil"), ("x5u", "evil"), ("kid", ""), ("iss", "evil")] {
        let mut header = json!({ "alg": "PS256", "kid": id });
        let mut claims = claims(&api);
        let place = if name == "iss" { &mut claims } else { &mut header };
        place[name] = json!(host.url());
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = encode(signers::by_forger("PS256", message.as_bytes()));
        let answer = api.stranger().with_token(&format!("{message}.{signature}"));
        assert_eq!(answer.get("/v1/api-keys").await.status, 401, "{name}");
    }
    assert_eq!(host.requests(), Vec::<String>::new());
}
