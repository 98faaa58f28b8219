//! Whom a push service asks about what we send.

use std::str::FromStr;

use crate::domain::text::EmailAddress;

/// A contact of the deployment's operators: a `mailto:` or an `https:` URI of at most 256 characters
/// (RFC 8292, section 2.1). Each push service reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushContact(Box<str>);

/// The text is no contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be mailto: and an email address, or an https URL, of at most 256 characters")]
pub struct InvalidPushContact;

impl FromStr for PushContact {
    type Err = InvalidPushContact;

    fn from_str(text: &str) -> Result<Self, InvalidPushContact> {
        // Apple's push service refuses tokens whose contact has spaces or brackets in it.
        let is_plain =
            text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte));
        let is_address = |text: &str| text.parse::<EmailAddress>().is_ok();
        let is_web = || {
            let uri = text.parse::<http::Uri>().ok();
            uri.is_some_and(|uri| uri.scheme_str() == Some("https") && uri.host().is_some())
        };
        let is_contact = text.strip_prefix("mailto:").map_or_else(is_web, is_address);
        let is_valid = text.len() <= 256 && is_plain && is_contact;
        if is_valid { Ok(Self(text.into())) } else { Err(InvalidPushContact) }
    }
}

impl PushContact {
    /// Who sends nothing has none.
    pub(super) fn nobody() -> Self {
        Self("mailto:nobody@localhost".into())
    }

    /// Whoever reads that address.
    #[must_use]
    pub fn mailing(address: &EmailAddress) -> Self {
        Self(format!("mailto:{}", address.as_str()).into())
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_address_or_a_page() {
        for good in ["mailto:push@acme.example", "https://acme.example/push?about=1"] {
            assert_eq!(good.parse::<PushContact>().unwrap().as_str(), good);
        }
        let long = format!("https://acme.example/{}", "a".repeat(240));
        for bad in [
            "",
            "push@acme.example",
            "mailto:",
            "mailto:acme",
            "mailto: push@acme.example",
            "mailto:<push@acme.example>",
            "http://acme.example",
            "https://",
            "https:acme.example",
            "https://acme.example/ä",
            &long,
        ] {
            assert_eq!(bad.parse::<PushContact>(), Err(InvalidPushContact), "{bad}");
        }
    }
}
