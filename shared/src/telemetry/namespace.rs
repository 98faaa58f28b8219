//! The name that the metrics of a deployment are kept under.

use std::str::FromStr;

/// Where CloudWatch keeps the metrics of this deployment: 1 to 255 letters, digits and `.-_/#:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsNamespace(String);

/// The text is no namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 letters, digits and `.-_/#:`, and not begin with `AWS/` or a colon")]
pub struct InvalidMetricsNamespace;

impl FromStr for MetricsNamespace {
    type Err = InvalidMetricsNamespace;

    fn from_str(text: &str) -> Result<Self, InvalidMetricsNamespace> {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#:".contains(&byte);
        let is_fit = (1..=255).contains(&text.len()) && text.bytes().all(is_fit);
        let is_taken = text.starts_with("AWS/") || text.starts_with(':');
        if is_fit && !is_taken { Ok(Self(text.to_owned())) } else { Err(InvalidMetricsNamespace) }
    }
}

impl MetricsNamespace {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
