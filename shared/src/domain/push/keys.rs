//! The keys of Web Push, as far as they are public or someone else's.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::curve;
use crate::domain::form::{read_from_text, stored_as_text};

/// base64url, with its padding or without: browsers leave it out, and some libraries do not.
const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a push message is encrypted for, so that only the person's browser reads it (RFC 8291,
/// section 2).
#[derive(Clone, PartialEq, Eq)]
pub struct PushKeys {
    /// The browser's public key.
    pub p256dh: BrowserKey,
    /// The secret that only whoever was told it by the browser knows.
    pub auth: AuthSecret,
}

/// What people's browsers are reached with is no log's business.
impl fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushKeys(…)")
    }
}

/// The text is no key. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPushKey(&'static str);

macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $length:literal, $is_valid:expr, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; $length]);

        impl $name {
            /// Its bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// A key that was read from its text before. What takes long to find out of one is not asked
            /// again: whoever encrypts with it does.
            #[must_use]
            pub fn from_stored(text: &str) -> Option<Self> {
                let mut bytes = [0; $length];
                let length = ANY_PADDING.decode_slice(text, &mut bytes).ok()?;
                (length == $length).then_some(Self(bytes))
            }

            /// Its text: base64url without padding.
            #[must_use]
            pub fn to_text(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = InvalidPushKey;

            fn try_from(bytes: &[u8]) -> Result<Self, InvalidPushKey> {
                let is_valid: fn(&[u8; $length]) -> bool = $is_valid;
                let key = bytes.try_into().ok().filter(is_valid);
                key.map(Self).ok_or(InvalidPushKey($rule))
            }
        }

        impl FromStr for $name {
            type Err = InvalidPushKey;

            fn from_str(text: &str) -> Result<Self, InvalidPushKey> {
                let mut bytes = [0; $length];
                // What is longer does not fit.
                let length = ANY_PADDING.decode_slice(text, &mut bytes);
                let length = length.map_err(|_it_may_quote| InvalidPushKey($rule))?;
                Self::try_from(bytes.get(..length).unwrap_or_default())
            }
        }

        /// See [`PushKeys`]'s.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        stored_as_text!($name, to_text);
        read_from_text!($name);
    };
}

key!(
    /// The public key of one subscription of a browser, `p256dh`: a point of P-256, uncompressed.
    BrowserKey,
    65,
    is_point,
    "must be a point of the curve P-256: 65 bytes, uncompressed, in base64url"
);
key!(
    /// The public key by which a push service knows us (RFC 8292), and to which a browser ties a
    /// subscription: a point of P-256, uncompressed.
    ApplicationServerKey,
    65,
    is_point,
    "must be a point of the curve P-256: 65 bytes, uncompressed, in base64url"
);
key!(
    /// The secret of one subscription of a browser, `auth`: 16 bytes.
    AuthSecret,
    16,
    |_| true,
    "must be 16 bytes in base64url"
);

/// Whether it is an uncompressed point (SEC 1, section 2.3.3) that is on the curve.
fn is_point(bytes: &[u8; 65]) -> bool {
    let Some((4, coordinates)) = bytes.split_first().map(|(first, rest)| (*first, rest)) else {
        return false;
    };
    let x = coordinates.first_chunk::<32>();
    let y = coordinates.last_chunk::<32>();
    x.zip(y).is_some_and(|(x, y)| curve::has_point(x, y))
}

#[cfg(test)]
mod tests;
