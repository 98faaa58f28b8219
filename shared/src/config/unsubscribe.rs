//! Links that turn email off.

use super::{ConfigError, Variables, is_trusted};

/// What links that turn email off are made of.
#[derive(Debug, Clone)]
pub struct UnsubscribeConfig {
    /// The id or ARN of the secret that holds the keys.
    pub keys_secret: String,
    /// What links begin with. Who only verifies them needs none.
    pub public_url: Option<PublicUrl>,
    /// Another endpoint of Secrets Manager than the region's own.
    pub endpoint: Option<String>,
}

/// Where people reach this service: `https`, or `http` on this very machine while developing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads a URL; a path may be below it, slashes at its end are dropped. `None` for any other
    /// text, also for a URL with a query.
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

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn unsubscribe(&self) -> Result<UnsubscribeConfig, ConfigError> {
        let name = "PUBLIC_URL";
        let public_url = self.optional(name).map(|url| {
            let problem = "must be an https URL (http only on the loopback interface)".to_owned();
            PublicUrl::parse(&url).ok_or(ConfigError { name, problem })
        });
        let public_url = public_url.transpose();
        let endpoint = self.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER");
        Ok(UnsubscribeConfig {
            keys_secret: self.required("UNSUBSCRIBE_KEYS_SECRET")?,
            public_url: public_url?,
            endpoint: endpoint?,
        })
    }
}
