//! RFC 8725, sections 3.8 to 3.10: claims of another issuer, for somebody else, out of their time, of
//! another type, and said twice.

use local::environment::{AUDIENCE, ISSUER};
use serde_json::{Map, Value, json};

use super::{Api, CLAIM, Forgery, assert_refused, encode, start};
use crate::support::keys::ES256;

const ISSUER_REASON: &str = "bad_credential.issuer";
const AUDIENCE_REASON: &str = "bad_credential.audience";

/// A token that the provider signed, with those claims as they are written.
fn signed(name: impl ToString, reason: &'static str, claims: &str) -> Forgery {
    let header = encode(json!({ "alg": "ES256", "kid": "ES256" }).to_string());
    Forgery::token(name, reason, &ES256.sign_parts(&header, &encode(claims)))
}

/// Good claims but for one; `null` is as if it were not there.
fn with(api: &Api, reason: &'static str, claim: &str, value: &Value) -> Forgery {
    let mut claims: Map<String, Value> = super::claims(api).as_object().expect("claims").clone();
    claims.insert(claim.to_owned(), value.clone());
    let claims = Value::Object(claims).to_string();
    signed(format!("{claim} {value}"), reason, &claims)
}

/// What the provider signed, and means somebody or something else.
pub(super) fn wrong(api: &Api) -> Vec<Forgery> {
    let mut forgeries = issuers(api);
    forgeries.extend(audiences(api));
    forgeries.extend(times(api));
    forgeries.extend(people(api));
    forgeries.extend(repeated(api));
    forgeries
}

fn issuers(api: &Api) -> Vec<Forgery> {
    let bare = ISSUER.trim_end_matches('/');
    let issuers = [
        json!("https://evil.example/"),
        json!(bare),
        json!(format!("{ISSUER}/")),
        json!(format!("{ISSUER} ")),
        json!(format!("{ISSUER}\0")),
        json!(format!("{ISSUER}?")),
        json!(format!("{bare}:443/")),
        json!(ISSUER.to_uppercase()),
        json!(ISSUER.replace("https", "http")),
        json!(format!("https://evil.example/{ISSUER}")),
        json!(format!("{bare}.evil.example/")),
        json!(format!("{bare}@evil.example/")),
        json!([ISSUER]),
        json!([ISSUER, "https://evil.example/"]),
        json!({ "url": ISSUER }),
        json!(""),
        json!(true),
        json!(7),
        Value::Null,
    ];
    issuers.iter().map(|issuer| with(api, ISSUER_REASON, "iss", issuer)).collect()
}

fn audiences(api: &Api) -> Vec<Forgery> {
    let others = [
        json!("evil"),
        json!(""),
        json!(AUDIENCE.to_uppercase()),
        json!(format!("{AUDIENCE} ")),
        json!(format!("{AUDIENCE}\0")),
        json!(format!("{AUDIENCE}/")),
        json!(format!("{AUDIENCE},evil")),
        json!(format!("evil {AUDIENCE}")),
        json!(["evil"]),
        json!([]),
        Value::Null,
    ];
    let of_no_type = [
        json!([[AUDIENCE]]),
        json!([[[[AUDIENCE]]]]),
        json!([AUDIENCE, ["evil"]]),
        json!([AUDIENCE, null]),
        json!([AUDIENCE, 7]),
        json!([{ "aud": AUDIENCE }]),
        json!({ "aud": AUDIENCE }),
        json!({ AUDIENCE: true }),
        json!({ "0": AUDIENCE, "length": 1 }),
        json!(true),
        json!(7),
    ];
    let others = others.iter().map(|audience| with(api, AUDIENCE_REASON, "aud", audience));
    let of_no_type = of_no_type.iter().map(|audience| with(api, CLAIM, "aud", audience));
    others.chain(of_no_type).collect()
}

fn times(api: &Api) -> Vec<Forgery> {
    let now = api.clock.seconds();
    let mut forgeries = Vec::new();
    for past in [json!(now - 30), json!(0), json!(-1), json!(i64::MIN), json!(-1e300), json!(0.5)] {
        forgeries.push(with(api, "expired_token", "exp", &past));
    }
    for future in [json!(now + 31), json!(now as f64 + 30.5), json!(253_402_300_799_i64)] {
        forgeries.push(with(api, "bad_credential.not_yet_valid", "nbf", &future));
    }
    let text = (now + 600).to_string();
    let no_instants = [
        json!(text),
        json!(format!("{text}.0")),
        json!("2099-01-01T00:00:00Z"),
        json!("never"),
        json!(""),
        json!([now + 600]),
        json!({ "$numberLong": text }),
        json!(true),
        json!(253_402_300_800_i64),
        json!((now + 600) * 1000),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e20),
        json!(1e300),
    ];
    for claim in ["exp", "nbf"] {
        for no_instant in &no_instants {
            forgeries.push(with(api, CLAIM, claim, no_instant));
        }
    }
    forgeries.push(with(api, CLAIM, "exp", &Value::Null));
    for number in ["1e999", "-1e999", "0x7fffffff", "+4102444800", "4102444800.", "1_000"] {
        let claims = super::claims(api).to_string();
        let claims =
            claims.replace(&format!(r#""exp":{}"#, now + 600), &format!(r#""exp":{number}"#));
        assert!(claims.contains(number), "{claims}");
        forgeries.push(signed(format!("exp {number}"), CLAIM, &claims));
    }
    let digits = format!(r#""exp":{}"#, "9".repeat(300));
    let claims = super::claims(api).to_string();
    let claims = claims.replace(&format!(r#""exp":{}"#, now + 600), &digits);
    forgeries.push(signed("exp of 300 digits", CLAIM, &claims));
    forgeries
}

fn people(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let ids = [
        json!(""),
        json!(" "),
        json!("mallory "),
        json!("mallory\0"),
        json!("evil#USER#7"),
        json!("evil/7"),
        json!("evil%23"),
        json!("mаllory"),
        json!("x".repeat(129)),
        json!(7),
        json!(["mallory"]),
        json!({ "id": "mallory" }),
        json!(true),
    ];
    for claim in ["sub", "org_unit"] {
        forgeries.extend(ids.iter().map(|id| with(api, CLAIM, claim, id)));
    }
    forgeries.push(with(api, CLAIM, "sub", &Value::Null));
    for (claim, value) in [
        ("role", json!(true)),
        ("role", json!([["admin"]])),
        ("role", json!({ "admin": true })),
        ("permissions", json!([["messaging:read"]])),
        ("permissions", json!({ "0": "messaging:read" })),
        ("scope", json!(7)),
        ("email", json!(["mallory@evil.example"])),
    ] {
        forgeries.push(with(api, CLAIM, claim, &value));
    }
    forgeries
}

/// Each claim that is read, once more: before and after, the same and another.
fn repeated(api: &Api) -> Vec<Forgery> {
    let good = super::claims(api);
    let text = good.to_string();
    let mut forgeries = Vec::new();
    for (claim, value) in good.as_object().expect("claims") {
        for again in [value.clone(), json!("evil"), Value::Null] {
            let before = text.replacen('{', &format!("{{\"{claim}\":{again},"), 1);
            let after = format!("{},\"{claim}\":{again}}}", text.trim_end_matches('}'));
            for claims in [before, after] {
                forgeries.push(signed(format!("{claim} and {again}"), CLAIM, &claims));
            }
        }
    }
    for inner in [r#"{"a":1,"a":2}"#, r#"[[{"a":1,"a":1}]]"#] {
        let claims = text.replacen('{', &format!(r#"{{"x":{inner},"#), 1);
        forgeries.push(signed("twice, deep in it", CLAIM, &claims));
    }
    let escaped = text.replacen('{', r#"{"s\u0075b":"evil","#, 1);
    forgeries.push(signed("twice, once in escapes", CLAIM, &escaped));
    forgeries
}

#[tokio::test]
async fn claims_of_another_issuer_audience_time_or_type_are_refused() {
    let api = start().await;
    assert_refused(&api, &wrong(&api)).await;
}
