//! RFC 8725, sections 3.11 and 3.12: a token that was made for something else.

use serde_json::{Value, json};

use super::{
    Api, CLAIM, Forgery, HEADER, NOT_A_BEARER, assert_refused, claims, encode, good, start,
};
use crate::support::keys::ES256;

/// Of another type, in another form, or for somebody else.
pub(super) fn of_another(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for typ in [
        json!("logout+jwt"),
        json!("dpop+jwt"),
        json!("secevent+jwt"),
        json!("id_token"),
        json!("id+jwt"),
        json!("rt+jwt"),
        json!("entity-statement+jwt"),
        json!("client-authentication+jwt"),
        json!("JOSE"),
        json!("JOSE+JSON"),
        json!("JWE"),
        json!("application/application/jwt"),
        json!("text/jwt"),
        json!("jwt "),
        json!(" jwt"),
        json!("jwt\0"),
        json!("jwt; charset=utf-8"),
        json!("at+jwt+evil"),
        json!("ＪＷＴ"),
        json!(""),
        json!(["JWT"]),
        json!({ "JWT": true }),
        json!(7),
        json!(true),
        Value::Null,
    ] {
        let header = json!({ "alg": "ES256", "kid": "ES256", "typ": typ });
        let token = ES256.sign(&header, &claims(api));
        forgeries.push(Forgery::token(format!("typ {typ}"), HEADER, &token));
    }
    forgeries.extend(in_other_forms(api));
    forgeries.extend(of_id_tokens(api));
    forgeries
}

/// Encrypted, nested, unencoded, and in JSON.
fn in_other_forms(api: &Api) -> Vec<Forgery> {
    let good = good(api, &ES256);
    let [header, claims, signature] = [0, 1, 2].map(|part| good.split('.').nth(part).expect("it"));
    let jwe = json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "kid": "RSA" });
    let jwe = format!("{}.{claims}.{signature}.{claims}.{signature}", encode(jwe.to_string()));
    let direct = json!({ "alg": "dir", "enc": "A256GCM", "kid": "RSA" });
    let direct = format!("{}..{signature}.{claims}.{signature}", encode(direct.to_string()));
    let flattened = json!({ "protected": header, "payload": claims, "signature": signature });
    let own = encode(json!({ "alg": "ES256", "kid": "ES256" }).to_string());
    let quoted = ES256.sign_parts(&own, &encode(json!(good).to_string()));
    let bare = ES256.sign_parts(&own, &encode(&good));
    let unencoded = encode(json!({ "alg": "ES256", "kid": "ES256", "b64": false }).to_string());
    let unencoded = ES256.sign_parts(&unencoded, "mallory");
    let whole = encode(&good);
    vec![
        Forgery::token("encrypted", HEADER, &jwe),
        Forgery::token("encrypted with a shared key", HEADER, &direct),
        Forgery::token("in JSON", NOT_A_BEARER, &flattened.to_string()),
        Forgery::token("a token as the claims", CLAIM, &quoted),
        Forgery::token("a token in place of the claims", CLAIM, &bare),
        Forgery::token("unencoded", HEADER, &unencoded),
        Forgery::token("encoded twice", HEADER, &whole),
        Forgery::token("detached", CLAIM, &ES256.sign_parts(&own, "")),
    ]
}

/// What the same provider signs for an application, to say who has signed in to it.
fn of_id_tokens(api: &Api) -> Vec<Forgery> {
    let id_token = |aud: Value| {
        let mut claims = claims(api);
        claims["aud"] = aud;
        claims["nonce"] = json!("n-0S6_WzA2Mj");
        claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ");
        claims["token_use"] = json!("id");
        let header = json!({ "alg": "ES256", "kid": "ES256", "typ": "JWT" });
        ES256.sign(&header, &claims)
    };
    let audience = "bad_credential.audience";
    let of_an_app = id_token(json!("s6BhdRkqt3"));
    let of_two = id_token(json!(["s6BhdRkqt3", "https://evil.example"]));
    vec![
        Forgery::token("an ID token", audience, &of_an_app),
        Forgery::token("an ID token for two", audience, &of_two),
        Forgery::token("an ID token for nobody", audience, &id_token(Value::Null)),
    ]
}

#[tokio::test]
async fn a_token_that_was_made_for_something_else_is_refused() {
    let api = start().await;
    assert_refused(&api, &of_another(&api)).await;
}
