//! Slack.

use super::{ConfigError, Variables, is_trusted};

/// Where Slack's Web API is: `https`, or `http` on this very machine while developing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlackApiUrl(String);

impl SlackApiUrl {
    /// Reads a URL; slashes at its end are dropped. `None` for any other text, also for a URL with a
    /// query.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: http::Uri = text.parse().ok()?;
        let is_whole = uri.query().is_none() && !text.contains('#');
        let url = text.trim_end_matches('/');
        (is_whole && is_trusted(&uri)).then(|| Self(url.to_owned()))
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How Slack is reached.
#[derive(Debug, Clone)]
pub struct SlackConfig {
    /// Where its Web API is.
    pub api_url: SlackApiUrl,
    /// What the names of the secrets begin with that hold the tokens of the org units.
    pub token_secret_prefix: String,
    /// Another endpoint of Secrets Manager than the region's own.
    pub endpoint: Option<String>,
}

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn slack(&self) -> Result<SlackConfig, ConfigError> {
        let name = "SLACK_API_URL";
        let api_url = SlackApiUrl::parse(&self.or(name, "https://slack.com/api"));
        let problem = "must be an https URL (http only on the loopback interface)".to_owned();
        Ok(SlackConfig {
            api_url: api_url.ok_or(ConfigError { name, problem })?,
            token_secret_prefix: self.required("SLACK_TOKEN_SECRET_PREFIX")?,
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER")?,
        })
    }
}
