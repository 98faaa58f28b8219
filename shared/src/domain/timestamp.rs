//! Instants as every surface writes them, and as they may come in.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

/// RFC 3339, UTC, six fraction digits, `Z`: `2026-03-13T14:00:00.000000Z`.
#[must_use]
pub fn to_rfc3339(instant: Timestamp) -> String {
    with_fraction_digits(instant, 6)
}

/// RFC 3339, UTC, nine fraction digits, `Z`, which is all of an instant:
/// `2026-03-13T14:00:00.000000000Z`. From the year 0 on, text sorts as time does.
#[must_use]
pub fn to_exact_rfc3339(instant: Timestamp) -> String {
    with_fraction_digits(instant, 9)
}

fn with_fraction_digits(instant: Timestamp, digits: u8) -> String {
    DateTimePrinter::new().precision(Some(digits)).timestamp_to_string(&instant)
}

/// The text is no instant in the form of RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an RFC 3339 time with seconds, at most nine digits of a fraction, and Z or an offset, \
     such as 2026-03-13T14:00:00Z"
)]
pub struct InvalidTimestamp;

/// Reads an instant in the form of RFC 3339, section 5.6; `T` and `Z` may be small:
/// `2026-03-13T14:00:00Z`, `2026-03-13T15:00:00.25+01:00`.
///
/// # Errors
///
/// [`InvalidTimestamp`] for anything else, also for the many other forms of ISO 8601, for a day that
/// the calendar does not have, and for more than nine digits of a fraction.
pub fn parse_rfc3339(text: &str) -> Result<Timestamp, InvalidTimestamp> {
    if !is_rfc3339(text) {
        return Err(InvalidTimestamp);
    }
    text.parse().map_err(|_no_such_time| InvalidTimestamp)
}

/// Whether the text has the form; how large each number may be is the calendar's to say.
fn is_rfc3339(text: &str) -> bool {
    const SECONDS: &str = "0000-00-00T00:00:00";
    let Some((date_time, rest)) = text.split_at_checked(SECONDS.len()) else { return false };
    let zone = rest
        .strip_prefix('.')
        .map_or(rest, |fraction| fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    let is_offset = zone.strip_prefix(['+', '-']).is_some_and(|offset| {
        // `jiff` goes to 25 hours. As text, two digits compare as the numbers they are.
        has_form(offset, "00:00") && offset < "24"
    });
    has_form(date_time, SECONDS) && (zone.eq_ignore_ascii_case("Z") || is_offset)
}

/// Whether the text has a digit wherever the form has one, and the form's character elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    let alike = |(byte, form): (u8, u8)| {
        if form == b'0' { byte.is_ascii_digit() } else { byte.eq_ignore_ascii_case(&form) }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_six_fraction_digits() {
        for (instant, text) in [
            ("2026-03-13T14:00:00Z", "2026-03-13T14:00:00.000000Z"),
            ("2026-03-13T14:00:00.123456789+01:00", "2026-03-13T13:00:00.123456Z"),
        ] {
            assert_eq!(to_rfc3339(instant.parse().unwrap()), text);
        }
    }

    #[test]
    fn all_of_an_instant_has_nine() {
        for text in ["2026-03-13T14:00:00.000000000Z", "2026-03-13T13:00:00.123456789Z"] {
            assert_eq!(to_exact_rfc3339(text.parse().unwrap()), text);
        }
    }

    #[test]
    fn an_instant_is_read_in_any_zone_and_to_the_nanosecond() {
        for (text, exact) in [
            ("2026-03-13T14:00:00Z", "2026-03-13T14:00:00.000000000Z"),
            ("2026-03-13t14:00:00.5z", "2026-03-13T14:00:00.500000000Z"),
            ("2026-03-13T15:00:00.123456789+01:00", "2026-03-13T14:00:00.123456789Z"),
            ("2026-03-13T14:00:00-00:00", "2026-03-13T14:00:00.000000000Z"),
            ("2026-03-12T14:01:00-23:59", "2026-03-13T14:00:00.000000000Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000000Z"),
            // A leap second is the second before it.
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000000000Z"),
        ] {
            assert_eq!(parse_rfc3339(text).map(to_exact_rfc3339), Ok(exact.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_instant_is_refused() {
        for text in [
            "",
            "2026-03-13",
            "2026-03-13T14:00Z",
            "2026-03-13T14Z",
            "2026-03-13 14:00:00Z",
            "2026-03-13T14:00:00",
            "2026-03-13T14:00:00.Z",
            "2026-03-13T14:00:00,5Z",
            "2026-03-13T14:00:00.1234567891Z",
            "2026-03-13T14:00:00+01",
            "2026-03-13T14:00:00+0100",
            "2026-03-13T14:00:00+01:00:00",
            "2026-03-13T14:00:00+24:00",
            "2026-03-13T14:00:00+01:60",
            "2026-03-13T14:00:00+01:00[Europe/Amsterdam]",
            "2026-03-13T14:00:00Z[UTC]",
            "20260313T140000Z",
            "+002026-03-13T14:00:00Z",
            "2026-072T14:00:00Z",
            "2026-W11-5T14:00:00Z",
            "2026-02-29T14:00:00Z",
            "2026-13-01T14:00:00Z",
            "2026-03-13T24:00:00Z",
            "9999-12-31T23:59:59-23:59",
            "2026-03-13T14:60:00Z",
            "2026-03-13T14:00:61Z",
            " 2026-03-13T14:00:00Z",
            "2026-03-13T14:00:00Z\n",
            "２026-03-13T14:00:00Z",
            "1773410400",
        ] {
            assert_eq!(parse_rfc3339(text), Err(InvalidTimestamp), "{text}");
        }
    }
}
