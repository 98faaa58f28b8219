//! Where a page goes on, as text that says nothing to whoever keeps it.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::inbox::NotificationId;

/// The version that is written and read. From 2 on the one before is read too: while a deployment
/// shifts, both run.
const VERSION: u8 = 1;

/// The last notification of the page before: the version in one byte, the id in eight, in base 64
/// for URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor(pub(super) NotificationId);

/// The text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one that a Link header gave")]
pub(super) struct InvalidCursor;

impl Cursor {
    /// The cursor as text, of which no character needs escaping in a URL.
    pub(super) fn to_text(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.0.as_u64().to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_no_base_64| InvalidCursor)?;
        let Some((&VERSION, id)) = bytes.split_first() else { return Err(InvalidCursor) };
        let id: [u8; 8] = id.try_into().map_err(|_of_another_length| InvalidCursor)?;
        NotificationId::from_number(u64::from_be_bytes(id)).map(Self).ok_or(InvalidCursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(number: u64) -> Cursor {
        Cursor(NotificationId::from_number(number).unwrap())
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        assert_eq!(cursor(4101).to_text(), "AQAAAAAAABAF");
        for number in [0, 1, 4101, (1 << 53) - 1] {
            assert_eq!(cursor(number).to_text().parse(), Ok(cursor(number)));
        }
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let good = cursor(4101).to_text();
        for bad in [
            String::new(),
            "4101".to_owned(),
            format!("{good}="),
            format!(" {good}"),
            format!("{good},{good}"),
            good.replace('F', "+"),
            text(&[]),
            text(&[VERSION]),
            text(&[0, 0, 0, 0, 0, 0, 0, 16, 5]),
            text(&[VERSION + 1, 0, 0, 0, 0, 0, 0, 16, 5]),
            text(&[VERSION, 0, 0, 0, 0, 0, 16, 5]),
            text(&[VERSION, 0, 0, 0, 0, 0, 0, 16, 5, 0]),
            text(&[VERSION, 0, 32, 0, 0, 0, 0, 0, 0]),
            text(&[VERSION, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(InvalidCursor), "{bad}");
        }
    }
}
