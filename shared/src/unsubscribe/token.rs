//! The token of a link: whose email, which setting, until when; signed.
//!
//! `1.<key id>.<payload>.<mac>`: the payload is base64url of a JSON array of org unit, user, setting
//! and expiry in seconds since 1970; the mac is base64url of the HMAC-SHA256 of all before the last
//! dot. Both without padding (RFC 4648, section 5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;

use super::Verified;
use super::keys::{UnsubscribeKey, UnsubscribeKeys, is_key_id};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::unsubscribing::EmailSetting;

/// The version of the tokens that this code makes and reads.
const VERSION: &str = "1";

/// How long a link works, in seconds: 60 days.
const LIFETIME_SECONDS: i64 = 60 * 24 * 60 * 60;

/// No token that we make is longer, in bytes: two ids of 128 and a setting of 85.
const LONGEST_TOKEN: usize = 2048;

/// The token is none of ours, or is too old. Which it is, nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token, or an old one")]
pub struct InvalidToken;

/// What a token says.
type Payload = (String, String, String, i64);

/// Makes a token.
///
/// # Errors
///
/// `None` if it cannot be written as JSON, which texts and numbers always can.
pub(super) fn sign(
    key: &UnsubscribeKey,
    org_unit: &OrgUnitId,
    user: &UserId,
    setting: &EmailSetting,
    now: Timestamp,
) -> Option<String> {
    let expires_at = now.as_second().saturating_add(LIFETIME_SECONDS);
    let payload: Payload =
        (org_unit.as_str().to_owned(), user.as_str().to_owned(), setting.to_string(), expires_at);
    let message = format!("{VERSION}.{}.{}", key.id, encode(&payload)?);
    let mac = hmac::sign(&key.key, message.as_bytes());
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac)))
}

/// A token that has the form of one, which anyone may have made.
pub(super) struct Presented<'a> {
    /// All that is signed.
    message: &'a str,
    key_id: &'a str,
    payload: &'a str,
    mac: Vec<u8>,
}

impl<'a> Presented<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] if it is too long, of another version, or not of that form.
    pub(super) fn parse(token: &'a str) -> Result<Self, InvalidToken> {
        if token.len() > LONGEST_TOKEN {
            return Err(InvalidToken);
        }
        let (message, mac) = token.rsplit_once('.').ok_or(InvalidToken)?;
        let (version, rest) = message.split_once('.').ok_or(InvalidToken)?;
        let (key_id, payload) = rest.split_once('.').ok_or(InvalidToken)?;
        if version != VERSION || !is_key_id(key_id) {
            return Err(InvalidToken);
        }
        // Only one text decodes to those bytes: what is not canonical is refused.
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_not_base64| InvalidToken)?;
        Ok(Self { message, key_id, payload, mac })
    }

    /// The id of the key that it says it is signed with.
    pub(super) fn key_id(&self) -> &str {
        self.key_id
    }

    /// What it says, if one of the keys signed it and it has not expired.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`], whatever is wrong with it.
    pub(super) fn verify(
        &self,
        keys: &UnsubscribeKeys,
        now: Timestamp,
    ) -> Result<Verified, InvalidToken> {
        let key = keys.find(self.key_id).ok_or(InvalidToken)?;
        // In a time that does not tell how much of it is right.
        hmac::verify(&key.key, self.message.as_bytes(), &self.mac)
            .map_err(|_unspecified| InvalidToken)?;
        let payload = URL_SAFE_NO_PAD.decode(self.payload).map_err(|_not_base64| InvalidToken)?;
        let payload: Payload =
            serde_json::from_slice(&payload).map_err(|_of_another_shape| InvalidToken)?;
        if encode(&payload).as_deref() != Some(self.payload) {
            return Err(InvalidToken);
        }
        let (org_unit, user, setting, expires_at) = payload;
        if now.as_second() >= expires_at {
            return Err(InvalidToken);
        }
        Ok(Verified {
            org_unit: OrgUnitId::parse(&org_unit).map_err(|_no_id| InvalidToken)?,
            user: UserId::parse(&user).map_err(|_no_id| InvalidToken)?,
            setting: setting.parse().map_err(|_of_another_kind| InvalidToken)?,
        })
    }
}

fn encode(payload: &Payload) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(payload).ok()?))
}

#[cfg(test)]
mod tests;
