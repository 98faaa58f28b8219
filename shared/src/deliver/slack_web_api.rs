//! Slack's Web API over HTTPS (<https://docs.slack.dev/apis/web-api/>): each call is one request,
//! made once.

mod meaning;
mod wire;

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;

use super::slack::{Calling, SlackApi, SlackError, SlackMessage, SlackToken, UsersPage};
use crate::config::SlackApiUrl;
use crate::web::{Https, Limits};
use meaning::Asked;

/// How many users a page has at the most: Slack recommends no more.
const PAGE: u32 = 200;

/// How much of an answer is waited for and read: a page of users, each with all of their profile.
const LIMITS: Limits = Limits { time: Duration::from_secs(5), bytes: 4 * 1024 * 1024 };

/// The same for what is asked of a token, in between.
const TOKEN_LIMITS: Limits = Limits { time: Duration::from_secs(3), ..LIMITS };

/// Slack's Web API behind a URL; connects when first used.
pub struct SlackWebApi {
    url: SlackApiUrl,
    https: Https,
    limits: Limits,
    token_limits: Limits,
}

impl SlackWebApi {
    /// The API at that URL.
    #[must_use]
    pub fn new(url: &SlackApiUrl) -> Self {
        let https = Https::default();
        Self { url: url.clone(), https, limits: LIMITS, token_limits: TOKEN_LIMITS }
    }

    async fn users(
        &self,
        token: &SlackToken,
        cursor: Option<&str>,
    ) -> Result<UsersPage, SlackError> {
        let cursor = cursor.map(|cursor| format!("&cursor={}", percent_encoded(cursor)));
        let path = format!("users.list?limit={PAGE}{}", cursor.unwrap_or_default());
        let request = self.request(Method::GET, &path, token, None)?;
        let answer = self.https.exchange(request, self.limits).await;
        let body = meaning::read(answer, Asked::Users)?;
        wire::users(&body).ok_or_else(|| Asked::Users.unanswered("response"))
    }

    async fn post(&self, token: &SlackToken, message: &SlackMessage) -> Result<(), SlackError> {
        let body = Some(message.body.clone());
        let request = self.request(Method::POST, "chat.postMessage", token, body)?;
        let answer = self.https.exchange(request, self.limits).await;
        meaning::read(answer, Asked::Message).map(drop)
    }

    async fn test(&self, token: &SlackToken) -> Result<(), SlackError> {
        let request = self.request(Method::POST, "auth.test", token, None)?;
        let answer = self.https.exchange(request, self.token_limits).await;
        meaning::read(answer, Asked::Token).map(drop)
    }

    /// A request, with that JSON or without a body.
    fn request(
        &self,
        method: Method,
        path: &str,
        token: &SlackToken,
        json: Option<String>,
    ) -> Result<Request<Full<Bytes>>, SlackError> {
        let unbuildable = || SlackError::Refused { code: "unbuildable".to_owned() };
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.as_str()))
            .map_err(|_it_may_quote| unbuildable())?;
        bearer.set_sensitive(true);
        let uri = format!("{}/{path}", self.url.as_str());
        let mut request = Request::builder().method(method).uri(uri).header(AUTHORIZATION, bearer);
        if json.is_some() {
            request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
        }
        let body = json.map(Bytes::from).unwrap_or_default();
        request.body(Full::new(body)).map_err(|_it_may_quote| unbuildable())
    }
}

/// The text as a value of a query (RFC 3986, section 2): cursors end in `=`.
fn percent_encoded(text: &str) -> String {
    let is_unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let encoded = text.bytes().map(|byte| match byte {
        byte if is_unreserved(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    encoded.collect()
}

impl SlackApi for SlackWebApi {
    fn list_users<'a>(
        &'a self,
        token: &'a SlackToken,
        cursor: Option<&'a str>,
    ) -> Calling<'a, UsersPage> {
        Box::pin(self.users(token, cursor))
    }

    fn post_message<'a>(
        &'a self,
        token: &'a SlackToken,
        message: &'a SlackMessage,
    ) -> Calling<'a, ()> {
        Box::pin(self.post(token, message))
    }

    fn test_token<'a>(&'a self, token: &'a SlackToken) -> Calling<'a, ()> {
        Box::pin(self.test(token))
    }
}

#[cfg(test)]
mod tests;
