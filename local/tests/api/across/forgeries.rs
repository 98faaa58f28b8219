//! Tokens that nobody may be let in by, as RFC 8725 lists what may be wrong with them. Each is good but
//! for one thing, and is refused for that thing: what a forgery is refused for stands beside it.
//!
//! `docs/access.md` says which test is for which point of the RFC.

mod algorithms;
mod claims;
mod ids;
mod kinds;
mod members;
mod places;
mod public_keys;
mod signatures;
mod signers;
mod text;

use http::{Method, Request};
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use local::template::Route;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::routes::{guarded, recorded_path, surface};
use crate::support::keys::{EDDSA, ES256, Key, RS256, encode};
use crate::support::{Answer, Api, Setup};

/// What the log says of a token whose header is refused.
const HEADER: &str = "bad_credential.header";
/// Of one whose key nobody has, or has for another algorithm.
const UNKNOWN_KEY: &str = "bad_credential.unknown_key";
/// Of one that its key did not sign.
const SIGNATURE: &str = "bad_credential.signature";
/// Of one whose claims are not as they must be.
const CLAIM: &str = "bad_credential.claim";
/// Of what is not one bearer credential.
const NOT_A_BEARER: &str = "bad_credential.not_a_bearer";

/// A request that nobody may be let in by.
struct Forgery {
    /// What is wrong with it.
    name: String,
    /// What the log says of that.
    reason: &'static str,
    headers: Vec<(&'static str, Vec<u8>)>,
    /// What is asked for besides, as `name=value`.
    query: String,
}

impl Forgery {
    /// A token in its right place.
    fn token(name: impl ToString, reason: &'static str, token: &str) -> Self {
        Self::authorization(name, reason, format!("Bearer {token}"))
    }

    /// The value of an `Authorization` header.
    fn authorization(
        name: impl ToString,
        reason: &'static str,
        header: impl Into<Vec<u8>>,
    ) -> Self {
        let headers = vec![("authorization", header.into())];
        Self { name: name.to_string(), reason, headers, query: String::new() }
    }

    async fn send(&self, api: &Api, route: &Route, path: &str) -> Answer {
        let method: Method = route.method.parse().expect("a verb");
        let has_body = ![Method::GET, Method::DELETE].contains(&method);
        let body = Bytes::from_static(if has_body { b"{}" } else { b"" });
        let separator = if path.contains('?') { '&' } else { '?' };
        let uri = format!("{path}{separator}{}", self.query);
        let uri = uri.trim_end_matches(['?', '&']);
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(*name, value.as_slice());
        }
        api.send(request.body(body).expect("a request")).await.into()
    }

    /// Fails if the answer says anything of the token.
    fn assert_silent(&self, answer: &Answer) {
        let said = format!("{:?} {}", answer.headers, answer.body);
        let values = self.headers.iter().map(|(_, value)| String::from_utf8_lossy(value));
        for value in values.chain([self.query.as_str().into()]) {
            for part in value.split(['.', ' ', ',', '=', ';', '"']).filter(|it| it.len() >= 12) {
                assert!(!said.contains(part), "{}: {said}", self.name);
            }
        }
        assert_names_nobody(&said);
    }
}

/// Every forgery is of this person, of whom nothing is ever said.
fn assert_names_nobody(text: &str) {
    for of_the_token in ["mallory", "evil", "eyJ"] {
        assert!(!text.contains(of_the_token), "{text}");
    }
}

/// What good tokens of the forger say.
fn claims(api: &Api) -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": api.clock.seconds() + 600,
        "sub": "mallory",
        "org_unit": "evil-unit",
        "role": "admin",
        "email": "mallory@evil.example",
    })
}

/// A good token of the forger, by that key, whose id is its algorithm.
fn good(api: &Api, key: &Key) -> String {
    let header = json!({ "alg": key.algorithm(), "typ": "JWT", "kid": key.algorithm() });
    key.sign(&header, &claims(api))
}

/// A system that knows a key of each kind by its algorithm, and an RSA key that says none as `RSA`.
/// The keys of RS256 and PS256 are the same two numbers.
async fn start() -> Api {
    let rsa = |id: &str, algorithm: Value| {
        let mut jwk = RS256.jwk(id);
        jwk["alg"] = algorithm;
        jwk
    };
    let keys = [
        rsa("RS256", json!("RS256")),
        rsa("PS256", json!("PS256")),
        RS256.jwk("RSA"),
        ES256.jwk("ES256"),
        EDDSA.jwk("EdDSA"),
    ];
    let environment = vec![("AUTH_JWKS", json!({ "keys": keys }).to_string())];
    Api::start_with(Setup { environment, ..Setup::default() }).await
}

/// Sends each forgery to the next route, and fails unless it is refused for its own reason, in the words
/// of that route's surface, with nothing said of it anywhere and without a look at the store.
async fn assert_refused(api: &Api, forgeries: &[Forgery]) {
    let routes: Vec<_> = guarded(api).map(|route| (route, recorded_path(route))).collect();
    for (forgery, (route, path)) in forgeries.iter().zip(routes.iter().cycle()) {
        refuse(api, forgery, route, path).await;
    }
    assert_untouched(api, forgeries.iter().map(|forgery| forgery.reason));
}

async fn refuse(api: &Api, forgery: &Forgery, route: &Route, path: &str) {
    let answer = forgery.send(api, route, path).await;
    assert_eq!(answer.status, 401, "{} at {route:?}", forgery.name);
    surface(route).assert_unauthenticated(route, &answer);
    forgery.assert_silent(&answer);
}

/// Fails unless the log has one line for each, of that reason, and the store heard of none.
fn assert_untouched<'a>(api: &Api, reasons: impl Iterator<Item = &'a str>) {
    let lines = api.log.lines();
    let of_requests = lines.iter().filter(|line| line.contains("http.route"));
    let said: Vec<String> = of_requests
        .map(|line| {
            assert_names_nobody(line);
            let line: Value = serde_json::from_str(line).expect("JSON");
            line["error.kind"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(said, reasons.collect::<Vec<_>>());
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

/// One or two of each kind.
fn handful(api: &Api) -> Vec<Forgery> {
    let mut handful = Vec::new();
    for (mut kind, count) in [
        (algorithms::unsigned(api), 2),
        (algorithms::confused(api), 2),
        (public_keys::as_secrets(api), 1),
        (signatures::touched(api), 2),
        (ids::unknown(api), 2),
        (members::refused(api), 2),
        (claims::wrong(api), 3),
        (kinds::of_another(api), 1),
        (text::unreadable(api), 1),
        (places::wrong(api), 3),
    ] {
        let step = kind.len() / count;
        assert!(step > 0, "there are {count} of them at least");
        handful.extend(kind.drain(..).step_by(step).take(count));
    }
    handful
}

#[tokio::test]
async fn every_route_refuses_forgeries_of_every_kind() {
    let api = start().await;
    let forgeries = handful(&api);
    for route in guarded(&api) {
        let path = recorded_path(route);
        for forgery in &forgeries {
            refuse(&api, forgery, route, &path).await;
        }
    }
    let routes = guarded(&api).count();
    assert_untouched(&api, (0..routes).flat_map(|_| forgeries.iter().map(|it| it.reason)));
}

#[tokio::test]
async fn what_forgeries_are_made_of_is_good() {
    let api = start().await;
    for key in [&*RS256, &ES256, &EDDSA] {
        let answer = api.stranger().with_token(&good(&api, key)).get("/v1/api-keys").await;
        assert_eq!(answer.status, 200, "{}", key.algorithm());
    }
    let header = encode(json!({ "alg": "RS256", "kid": "RSA" }).to_string());
    let token = RS256.sign_parts(&header, &encode(claims(&api).to_string()));
    assert_eq!(api.stranger().with_token(&token).get("/v1/api-keys").await.status, 200);
}
