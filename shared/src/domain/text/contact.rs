//! How a person is reached and recognized.

use super::{is_one_line, is_uri_text, text};
use crate::domain::form::{read_from_text, stored_as_text};

text!(
    /// An email address, alone: no name beside it, no comment, no quotes, no second address.
    ///
    /// At most 254 bytes (RFC 5321, section 4.5.3.1.3, less the brackets). Whether it exists, and
    /// whether a mail server would take it, is told by sending.
    EmailAddress,
    is_address,
    "must be an email address: at most 254 bytes, one @ with something on both sides, no spaces and \
     none of ( ) < > [ ] , ; : \\ \""
);

text!(
    /// The name of a time zone as in the IANA database, such as `Europe/Amsterdam`. Whether the
    /// database has it is told by looking; it changes several times a year.
    ZoneName,
    |name| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+/-".contains(&byte);
        (1..=64).contains(&name.len()) && name.bytes().all(allowed)
    },
    "must be the name of a time zone, such as Europe/Amsterdam: 1 to 64 of A-Z, a-z, 0-9 and _ + / -"
);

text!(
    /// Where a person's picture is: an https URL of at most 2,048 characters (RFC 3986).
    PictureUrl,
    is_https_url,
    "must be an https URL of at most 2,048 characters"
);

fn is_address(text: &str) -> bool {
    // RFC 5322, section 3.2.3: outside quotes these say where an address ends and another begins.
    let is_special = |c: char| "()<>[],;:\\\"".contains(c) || c.is_whitespace();
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254
        && !local.is_empty()
        && !domain.is_empty()
        && !domain.contains('@')
        && is_one_line(text)
        && !text.contains(is_special)
}

fn is_https_url(text: &str) -> bool {
    const SCHEME: &str = "https://";
    let Some((scheme, rest)) = text.split_at_checked(SCHEME.len()) else { return false };
    let has_host = !rest.starts_with(['/', '?', '#', ':', '@']) && !rest.is_empty();
    text.len() <= 2_048 && scheme.eq_ignore_ascii_case(SCHEME) && has_host && is_uri_text(rest)
}
