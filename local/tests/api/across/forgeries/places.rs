//! RFC 6750, section 2: a token stands in one `Authorization` header, once, and nowhere else.

use super::{Api, Forgery, NOT_A_BEARER, assert_refused, good, start};
use crate::support::keys::ES256;

const NO_CREDENTIAL: &str = "no_credential";

/// A good token where none is looked for, or where it is not alone.
pub(super) fn wrong(api: &Api) -> Vec<Forgery> {
    let token = good(api, &ES256);
    let mut forgeries = Vec::new();
    for name in [
        "access_token",
        "token",
        "jwt",
        "id_token",
        "authorization",
        "Authorization",
        "bearer",
        "api_key",
    ] {
        let query = format!("{name}={token}");
        let name = format!("query {name}");
        forgeries.push(Forgery { name, reason: NO_CREDENTIAL, headers: Vec::new(), query });
    }
    for name in [
        "cookie",
        "proxy-authorization",
        "x-authorization",
        "x-forwarded-authorization",
        "x-original-authorization",
        "x-amz-security-token",
        "x-access-token",
        "x-auth-token",
        "x-api-key",
        "dpop",
        "sec-websocket-protocol",
    ] {
        for value in [format!("Bearer {token}"), token.clone(), format!("access_token={token}")] {
            let headers = vec![(name, value.into_bytes())];
            let (name, query) = (format!("header {name}"), String::new());
            forgeries.push(Forgery { name, reason: NO_CREDENTIAL, headers, query });
        }
    }
    for header in [
        token.clone(),
        format!("Basic {token}"),
        format!("DPoP {token}"),
        format!("Digest {token}"),
        format!("JWT {token}"),
        format!("Token {token}"),
        format!("Bearer: {token}"),
        format!("Bearer={token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer {token};"),
        format!("Bearer \"{token}\""),
        format!("Bearer token={token}"),
        format!("Bearer realm=\"x\", token=\"{token}\""),
        format!("Bearer Bearer {token}"),
        format!("Basic eDp5, Bearer {token}"),
        format!("Bearer {token}, Basic eDp5"),
        format!("Bearer, {token}"),
        format!("Ｂearer {token}"),
        format!("Bearer\u{a0}{token}"),
        format!("Bearer \u{a0}{token}"),
        format!("Bearer {token}\u{2028}"),
        format!("\u{3000}Bearer {token}"),
        format!("Bearer {token}\u{ff}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
        format!("Bearer {}", "a".repeat(9_000)),
    ] {
        let shown: String = header.replace(&token, "…").chars().take(40).collect();
        let reason = if header.starts_with("Bearer token=") {
            "bad_credential.header"
        } else {
            NOT_A_BEARER
        };
        forgeries.push(Forgery::authorization(shown, reason, header));
    }
    forgeries.extend(twice(&token));
    forgeries
}

/// Two `Authorization` headers, of which one would do.
fn twice(token: &str) -> Vec<Forgery> {
    let (bearer, basic) = (format!("Bearer {token}"), "Basic eDp5".to_owned());
    let pairs = [
        [&bearer, &bearer],
        [&bearer, &basic],
        [&basic, &bearer],
        [&bearer, &"Bearer".to_owned()],
        [&bearer, &String::new()],
    ];
    let forgeries = pairs.map(|pair| Forgery {
        name: "two headers".to_owned(),
        reason: NOT_A_BEARER,
        headers: pair.map(|value| ("authorization", value.clone().into_bytes())).to_vec(),
        query: String::new(),
    });
    forgeries.into_iter().collect()
}

#[tokio::test]
async fn a_good_token_in_any_other_place_or_not_alone_is_refused() {
    let api = start().await;
    assert_refused(&api, &wrong(&api)).await;
}
