//! Which hosts are push services.

use std::fmt;
use std::str::FromStr;

use super::{PushEndpoint, is_host_name};

/// The push services of Chrome and its relatives, of Firefox, of Edge on Windows, and of Safari.
pub const DEFAULT_ALLOWED_HOSTS: &str = "fcm.googleapis.com, *.push.services.mozilla.com, *.notify.windows.com, \
     *.push.apple.com";

/// The hosts that messages may be sent to; no other. Unless told so, to none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<AllowedHost>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum AllowedHost {
    /// This one.
    Named(Box<str>),
    /// Those whose names end in this, with its dot in front.
    Below(Box<str>),
}

/// The text is no list of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAllowedHosts {
    /// There is nothing in it.
    #[error("names no host")]
    Empty,
    /// Something in it is no host.
    #[error(
        "must be names of hosts in lower case, separated by commas, each with a dot in it or more; `*.` \
         in front stands for all names that end in the rest"
    )]
    Entry,
}

impl FromStr for AllowedHosts {
    type Err = InvalidAllowedHosts;

    /// Reads a list with commas in between. Spaces around an entry are no part of it.
    fn from_str(text: &str) -> Result<Self, InvalidAllowedHosts> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let hosts = entries.map(AllowedHost::parse).collect::<Result<Vec<_>, _>>()?;
        if hosts.is_empty() { Err(InvalidAllowedHosts::Empty) } else { Ok(Self(hosts)) }
    }
}

/// As it is read, such as `fcm.googleapis.com, *.push.apple.com`.
impl fmt::Display for AllowedHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, allowed) in self.0.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            match allowed {
                AllowedHost::Named(name) => f.write_str(name)?,
                AllowedHost::Below(suffix) => write!(f, "*{suffix}")?,
            }
        }
        Ok(())
    }
}

impl AllowedHosts {
    /// Whether messages may be sent there.
    #[must_use]
    pub fn admit(&self, endpoint: &PushEndpoint) -> bool {
        let host = endpoint.host();
        self.0.iter().any(|allowed| match allowed {
            AllowedHost::Named(name) => host == &**name,
            AllowedHost::Below(suffix) => host.ends_with(&**suffix),
        })
    }
}

impl AllowedHost {
    fn parse(entry: &str) -> Result<Self, InvalidAllowedHosts> {
        let suffix = entry.strip_prefix('*').filter(|suffix| suffix.starts_with('.'));
        let name = suffix.and_then(|suffix| suffix.strip_prefix('.')).unwrap_or(entry);
        if !is_host_name(name) {
            return Err(InvalidAllowedHosts::Entry);
        }
        Ok(suffix.map_or_else(|| Self::Named(name.into()), |suffix| Self::Below(suffix.into())))
    }
}
