//! Where a push service takes messages for one subscription: a URL that a browser was given, and that
//! whoever calls us may have made up.

mod allowed;

use std::fmt;
use std::str::FromStr;

pub use allowed::{AllowedHosts, DEFAULT_ALLOWED_HOSTS, InvalidAllowedHosts};

use crate::domain::form::{read_from_text, stored_as_text};
use crate::domain::text::is_uri_text;

/// The most characters of an endpoint.
const LONGEST: usize = 2_048;

/// The most characters of a host, and of one label of it (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// An endpoint: an https URL on port 443, of a host that has a name. Who knows it may send to it, so that
/// it leaves the service for nobody but the push service.
///
/// That its host is one of a push service is told by [`AllowedHosts`]; that the name does not lead into a
/// network of ours is for whoever connects.
#[derive(Clone, PartialEq, Eq)]
pub struct PushEndpoint {
    /// As it came in, less the port where it was spelled out.
    url: Box<str>,
    /// How many characters of it are `https://` and the host.
    origin_length: usize,
}

/// The text is no endpoint. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an https URL on port 443 of at most 2,048 characters, as the browser gave it, whose host \
     is a name in lower case, and without a user or a fragment"
)]
pub struct InvalidPushEndpoint;

const SCHEME: &str = "https://";

impl FromStr for PushEndpoint {
    type Err = InvalidPushEndpoint;

    /// Reads what a browser writes, and nothing that another reader of URLs might take for something
    /// else: no upper case in scheme and host, no backslash, no escape or control character before the
    /// path.
    fn from_str(text: &str) -> Result<Self, InvalidPushEndpoint> {
        if text.len() > LONGEST || !is_uri_text(text) || text.contains('#') {
            return Err(InvalidPushEndpoint);
        }
        let after_scheme = text.strip_prefix(SCHEME).ok_or(InvalidPushEndpoint)?;
        let path_at = after_scheme.find('/').ok_or(InvalidPushEndpoint)?;
        let (authority, path) = after_scheme.split_at(path_at);
        let host = authority.strip_suffix(":443").unwrap_or(authority);
        if !is_host_name(host) {
            return Err(InvalidPushEndpoint);
        }
        let origin_length = SCHEME.len() + host.len();
        Ok(Self { url: format!("{SCHEME}{host}{path}").into(), origin_length })
    }
}

/// Whether a host has a name in the domain name system, in lower case: labels of letters, digits and
/// hyphens, two at least. The last one begins with a letter, as no address does, whatever its notation
/// (WHATWG URL Standard, "ends in a number").
fn is_host_name(host: &str) -> bool {
    let is_fine = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(is_fine)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    host.len() <= LONGEST_HOST
        && host.split('.').all(is_label)
        && last.starts_with(|first: char| first.is_ascii_lowercase())
}

impl PushEndpoint {
    /// The URL in full: for the push service, and for the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The scheme and the host, such as `https://fcm.googleapis.com`: the origin (RFC 6454), whose port is
    /// the scheme's own.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.url.get(..self.origin_length).unwrap_or_default()
    }

    /// The host, such as `fcm.googleapis.com`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin().strip_prefix(SCHEME).unwrap_or_default()
    }

    /// The path, from its first slash on, with the query.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        self.url.get(self.origin_length..).unwrap_or_default()
    }
}

/// Who knows an endpoint may send to it: a stray `{:?}` must not print one.
impl fmt::Debug for PushEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushEndpoint(…)")
    }
}

stored_as_text!(PushEndpoint, as_str);
read_from_text!(PushEndpoint);

#[cfg(test)]
mod tests;
