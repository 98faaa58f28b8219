//! Signing of requests to AWS (Signature Version 4), with the derived key kept.
//!
//! A key is derived of the secret, the day, the region and the service, so one holds for a day. The
//! SDK derives it for every request, and sorts every header into a map of its own. Measured: this
//! takes a quarter of the instructions. What is not an ordinary request, and every attempt after the
//! first, is signed by the SDK; and so is everything while the SDK dates requests otherwise than we
//! would, by the service's clock because ours is wrong.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4Signer};
use aws_sdk_dynamodb::config::ConfigBag;
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::auth::{
    AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign,
};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use http::Uri;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ring::{digest, hmac};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: &str = "x-amz-date";
const TOKEN: &str = "x-amz-security-token";

/// How much a date may differ from our clock's before that is wrong. The SDK's date is one of whole
/// seconds, and a little later; AWS bears five minutes.
const WRONG: SignedDuration = SignedDuration::from_secs(60);

/// What the SDK does not sign, since it may change on the way.
const UNSIGNED: [&str; 4] = ["authorization", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// The scheme `sigv4` for one service in one region.
#[derive(Debug)]
pub(crate) struct KeptSigningKey(Signer);

impl KeptSigningKey {
    /// A scheme that has no key yet.
    pub(crate) fn new(region: &str, service: &'static str) -> Self {
        let (kept, clock_is_wrong) = (Mutex::new(None), AtomicBool::new(false));
        Self(Signer { region: region.to_owned(), service, kept, clock_is_wrong })
    }
}

impl AuthScheme for KeptSigningKey {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(
        &self,
        resolvers: &dyn GetIdentityResolver,
    ) -> Option<SharedIdentityResolver> {
        resolvers.identity_resolver(SCHEME_ID)
    }

    fn signer(&self) -> &dyn Sign {
        &self.0
    }
}

#[derive(Debug)]
struct Signer {
    region: String,
    service: &'static str,
    kept: Mutex<Option<Arc<Derived>>>,
    /// Whether the SDK dated its last request otherwise than by our clock.
    clock_is_wrong: AtomicBool,
}

/// A derived key, and of what it is derived.
#[derive(Debug)]
struct Derived {
    access_key_id: String,
    /// The day and what else the key holds for, as it is signed.
    scope: String,
    key: hmac::Key,
}

impl Sign for Signer {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = config.load::<RequestAttempts>().map_or(0, RequestAttempts::attempts);
        let now = Timestamp::try_from(components.time_source().unwrap_or_default().now())?;
        let is_ours = attempt <= 1 && !self.clock_is_wrong.load(Ordering::Relaxed);
        let signed = match identity.data::<Credentials>() {
            Some(credentials) if is_ours => self.sign(request, credentials, now)?,
            Some(_) | None => false,
        };
        if signed {
            return Ok(());
        }
        SigV4Signer::new().sign_http_request(request, identity, endpoint, components, config)?;
        let date = request.headers().get(DATE).map(instant).transpose()?;
        let differs = date.is_some_and(|date| date.duration_since(now).abs() > WRONG);
        self.clock_is_wrong.store(differs, Ordering::Relaxed);
        Ok(())
    }
}

impl Signer {
    /// Signs a `POST` of bytes to the root of a host, and says whether the request was one.
    fn sign(
        &self,
        request: &mut HttpRequest,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<bool, BoxError> {
        let uri: Uri = request.uri().parse()?;
        let (Some(host), Some(body)) = (host(&uri), request.body().bytes()) else {
            return Ok(false);
        };
        if request.method() != "POST" || uri.path() != "/" || uri.query().is_some() {
            return Ok(false);
        }
        let body = digest::digest(&digest::SHA256, body);
        let time = TimeZone::UTC.to_datetime(now);
        let date = written(time);
        request.headers_mut().try_insert(DATE, date.clone())?;
        if let Some(token) = credentials.session_token() {
            request.headers_mut().try_insert(TOKEN, token.to_owned())?;
        }
        let derived = self.derived(credentials, date.get(..8).unwrap_or_default());
        let (canonical, names) = canonical(request, &host, body.as_ref());
        let mut text = format!("{ALGORITHM}\n{date}\n{}\n", derived.scope);
        push_hexadecimal(&mut text, digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let signature = hmac::sign(&derived.key, text.as_bytes());
        let mut header = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={names}, Signature=",
            derived.access_key_id, derived.scope
        );
        push_hexadecimal(&mut header, signature.as_ref());
        request.headers_mut().try_insert("authorization", header)?;
        Ok(true)
    }

    /// The key of these credentials for that day (`20261122`).
    fn derived(&self, credentials: &Credentials, day: &str) -> Arc<Derived> {
        // What is kept is whole whenever it is there.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let id = credentials.access_key_id();
        if let Some(derived) = kept.as_ref()
            && derived.access_key_id == id
            && derived.scope.starts_with(day)
        {
            return derived.clone();
        }
        let secret = format!("AWS4{}", credentials.secret_access_key());
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let key = [day, self.region.as_str(), self.service, "aws4_request"].into_iter().fold(
            secret,
            |key, part| {
                hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
            },
        );
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let derived = Arc::new(Derived { access_key_id: id.to_owned(), scope, key });
        *kept = Some(derived.clone());
        derived
    }
}

/// Where a request goes as its header `Host` will say it: hyper leaves out the port of the scheme.
fn host(uri: &Uri) -> Option<String> {
    let name = uri.host()?;
    let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    Some(match uri.port_u16() {
        Some(port) if port != usual => format!("{name}:{port}"),
        Some(_) | None => name.to_owned(),
    })
}

/// An instant as AWS writes it: `20261122T233000Z`.
fn written(time: DateTime) -> String {
    let (year, month, day) = (time.year(), time.month(), time.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Which instant that is.
fn instant(date: &str) -> Result<Timestamp, jiff::Error> {
    TimeZone::UTC.to_timestamp(DateTime::strptime("%Y%m%dT%H%M%SZ", date)?)
}

/// The request in the form that is hashed, and the names of the headers in it.
fn canonical(request: &HttpRequest, host: &str, body: &[u8]) -> (String, String) {
    let headers = request.headers().iter();
    let mut headers: Vec<(&str, &str)> =
        headers.filter(|(name, _)| !UNSIGNED.contains(name)).collect();
    headers.push(("host", host));
    headers.sort_unstable();
    let mut text = String::with_capacity(1024);
    let mut names = String::with_capacity(256);
    text.push_str("POST\n/\n\n");
    for (name, value) in headers {
        if !names.is_empty() {
            names.push(';');
        }
        names.push_str(name);
        text.push_str(name);
        text.push(':');
        push_trimmed(&mut text, value);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&names);
    text.push('\n');
    push_hexadecimal(&mut text, body);
    (text, names)
}

/// Spaces around a value do not count, and several are one.
fn push_trimmed(text: &mut String, value: &str) {
    let mut words = value.split(' ').filter(|word| !word.is_empty());
    text.push_str(words.next().unwrap_or_default());
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
}

fn push_hexadecimal(text: &mut String, bytes: &[u8]) {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    text.extend(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)));
}

#[cfg(test)]
mod tests;
