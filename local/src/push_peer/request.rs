//! What a push service asks of a message.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, HOST};
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::body::Bytes;
use jiff::Timestamp;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The endpoint that it is for.
    pub endpoint: String,
    /// For how long it is kept, in seconds.
    pub ttl: u32,
    /// Whether it is worth waking a device for, as the sender says.
    pub urgency: Option<String>,
    /// What it takes the place of.
    pub topic: Option<String>,
    /// The public key of whoever sent it.
    pub key: String,
    /// The token that the key verified.
    pub token: String,
    /// Whom to ask about it.
    pub contact: String,
    /// What only the browser reads.
    pub body: Vec<u8>,
}

/// The status that a request is answered with, and why.
pub(super) type Refused = (StatusCode, &'static str);

/// The largest body that every push service has to take (RFC 8030, section 7.2).
const LARGEST_BODY: usize = 4_096;

/// For how long a token may be good at the most (RFC 8292, section 2).
const LONGEST_LIFETIME_SECONDS: i64 = 24 * 60 * 60;

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: String,
}

impl Message {
    /// Reads the request for that endpoint.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub(super) fn read(
        endpoint: &str,
        request: &Request<Bytes>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        if request.method() != Method::POST {
            return Err((StatusCode::METHOD_NOT_ALLOWED, "a message is sent with POST"));
        }
        let headers = request.headers();
        let Sender { token, key, contact } = authenticate(headers, now)?;
        let ttl = text(headers, "ttl").ok_or(bad("there is no TTL"))?;
        let ttl = ttl.parse().map_err(|_no_number| bad("TTL must be a number of seconds"))?;
        let urgency = text(headers, "urgency").map(str::to_owned);
        let is_urgency = |urgency: &str| ["very-low", "low", "normal", "high"].contains(&urgency);
        if urgency.as_deref().is_some_and(|urgency| !is_urgency(urgency)) {
            return Err(bad("there is no such Urgency"));
        }
        let topic = text(headers, "topic").map(str::to_owned);
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_topic = |topic: &str| topic.len() <= 32 && topic.bytes().all(is_fine);
        if topic.as_deref().is_some_and(|topic| !is_topic(topic)) {
            return Err(bad("Topic must be at most 32 characters of base64url"));
        }
        if text(headers, CONTENT_ENCODING.as_str()) != Some("aes128gcm") {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "the coding must be aes128gcm"));
        }
        let body = request.body().to_vec();
        check_record(&body)?;
        Ok(Self { endpoint: endpoint.to_owned(), ttl, urgency, topic, key, token, contact, body })
    }
}

/// The header of the record, and that there is one record (RFC 8188, section 2.1; RFC 8291, section 4).
fn check_record(body: &[u8]) -> Result<(), Refused> {
    if body.len() > LARGEST_BODY {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "a message has at most 4,096 bytes"));
    }
    let size = body.get(16..20).and_then(|size| size.try_into().ok()).map(u32::from_be_bytes);
    let key = body.get(20).zip(body.get(21..21 + 65));
    let (Some(size), Some((65, [4, ..]))) = (size, key) else {
        return Err(bad("the body begins with no header of aes128gcm and a key on P-256"));
    };
    let record = body.len() - (21 + 65);
    // A text of no bytes, what ends it, and the tag.
    if record < 17 || usize::try_from(size).is_ok_and(|size| size < record) {
        return Err(bad("the body is not one record"));
    }
    Ok(())
}

/// Who sent it.
struct Sender {
    token: String,
    key: String,
    contact: String,
}

/// RFC 8292, sections 2 and 3: 401 for a credential that is none, 403 for one that is not good.
fn authenticate(headers: &HeaderMap, now: Timestamp) -> Result<Sender, Refused> {
    const NONE: Refused = (StatusCode::UNAUTHORIZED, "Authorization must be `vapid t=…, k=…`");
    let credential = text(headers, AUTHORIZATION.as_str()).ok_or(NONE)?;
    let parameters = credential.strip_prefix("vapid ").ok_or(NONE)?;
    let parameter = |name: &str| {
        let mut parameters = parameters.split(',').map(str::trim);
        parameters.find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))
    };
    let (token, key) = parameter("t").zip(parameter("k")).ok_or(NONE)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(NONE)?;
    let (header, claims) = signed.split_once('.').ok_or(NONE)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_no_base64url| NONE);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_no_header| NONE)?;
    let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_no_claims| NONE)?;

    let forbidden = |why| (StatusCode::FORBIDDEN, why);
    let verified = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key)?)
        .verify(signed.as_bytes(), &decode(signature)?);
    verified.map_err(|_unspecified| forbidden("the key did not sign the token"))?;
    if header.typ != "JWT" || header.alg != "ES256" {
        return Err(forbidden("the token must be a JWT of ES256"));
    }
    let host = text(headers, HOST.as_str()).unwrap_or_default();
    if claims.aud != format!("https://{host}") {
        return Err(forbidden("the token is for another push service"));
    }
    let left = claims.exp.saturating_sub(now.as_second());
    if !(1..=LONGEST_LIFETIME_SECONDS).contains(&left) {
        return Err(forbidden(
            "the token is good for 24 hours at most, and not any more or too long",
        ));
    }
    if !["mailto:", "https://"].iter().any(|scheme| claims.sub.starts_with(scheme)) {
        return Err(forbidden("the token names nobody to ask"));
    }
    Ok(Sender { token: token.to_owned(), key: key.to_owned(), contact: claims.sub })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

const fn bad(why: &'static str) -> Refused {
    (StatusCode::BAD_REQUEST, why)
}
