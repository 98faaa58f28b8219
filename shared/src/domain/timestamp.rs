//! Instants as every surface writes them.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

/// RFC 3339, UTC, six fraction digits, `Z`: `2026-03-13T14:00:00.000000Z`.
#[must_use]
pub fn to_rfc3339(instant: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    PRINTER.timestamp_to_string(&instant)
}

/// The text is no instant as RFC 3339 writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date and time of RFC 3339, such as 2027-01-31T12:00:00Z")]
pub struct InvalidTimestamp;

/// Reads an RFC 3339 date and time with its offset, to the microsecond; what is finer is cut off.
///
/// # Errors
///
/// [`InvalidTimestamp`] for any other form, also those of ISO 8601 that RFC 3339 leaves out, for
/// more than nine fraction digits, and for what no calendar or clock shows.
pub fn from_rfc3339(text: &str) -> Result<Timestamp, InvalidTimestamp> {
    if !has_the_form(text.as_bytes()) {
        return Err(InvalidTimestamp);
    }
    let instant: Timestamp = text.parse().map_err(|_out_of_range| InvalidTimestamp)?;
    Timestamp::from_microsecond(instant.as_microsecond()).map_err(|_out_of_range| InvalidTimestamp)
}

/// Whether every character is of its kind: digits where `0` stands, then a fraction, then `Z` or an
/// offset.
fn has_the_form(text: &[u8]) -> bool {
    const DATE_AND_TIME: &[u8] = b"0000-00-00T00:00:00";
    let is_like = |text: &[u8], form: &[u8]| {
        let alike = |(actual, form): (&u8, &u8)| match form {
            b'0' => actual.is_ascii_digit(),
            b'T' => matches!(actual, b'T' | b't'),
            b'Z' => matches!(actual, b'Z' | b'z'),
            b'+' => matches!(actual, b'+' | b'-'),
            other => actual == other,
        };
        text.len() == form.len() && text.iter().zip(form).all(alike)
    };
    let Some((date_and_time, rest)) = text.split_at_checked(DATE_AND_TIME.len()) else {
        return false;
    };
    let offset = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            fraction.split_at_checked(digits).filter(|_| digits > 0).map(|(_, offset)| offset)
        }
        Some(_) | None => Some(rest),
    };
    is_like(date_and_time, DATE_AND_TIME)
        && offset.is_some_and(|offset| is_like(offset, b"Z") || is_like(offset, b"+00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_of_rfc_3339_is_read_to_the_microsecond() {
        for (text, instant) in [
            ("2026-03-13T14:00:00Z", "2026-03-13T14:00:00Z"),
            ("2026-03-13t14:00:00.5z", "2026-03-13T14:00:00.5Z"),
            ("2026-03-13T14:00:00.123456789+01:00", "2026-03-13T13:00:00.123456Z"),
            ("2026-03-13T14:00:00-00:30", "2026-03-13T14:30:00Z"),
            ("2028-02-29T23:59:60Z", "2028-02-29T23:59:59Z"),
        ] {
            assert_eq!(from_rfc3339(text), Ok(instant.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn any_other_form_and_what_no_calendar_shows_is_refused() {
        for text in [
            "",
            "2026-03-13",
            "2026-03-13T14:00:00",
            "2026-03-13T14:00Z",
            "2026-03-13 14:00:00Z",
            "20260313T140000Z",
            "2026-03-13T14:00:00.Z",
            "2026-03-13T14:00:00,5Z",
            "2026-03-13T14:00:00+01",
            "2026-03-13T14:00:00+0100",
            "2026-03-13T14:00:00+01:00[Europe/Berlin]",
            "2026-03-13T14:00:00Z ",
            "+002026-03-13T14:00:00Z",
            "2026-02-29T14:00:00Z",
            "2026-13-01T14:00:00Z",
            "2026-03-13T24:00:00Z",
            "9999-12-31T23:59:59-23:59",
            "２026-03-13T14:00:00Z",
        ] {
            assert_eq!(from_rfc3339(text), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn an_instant_has_six_fraction_digits() {
        for (instant, text) in [
            ("2026-03-13T14:00:00Z", "2026-03-13T14:00:00.000000Z"),
            ("2026-03-13T14:00:00.123456789+01:00", "2026-03-13T13:00:00.123456Z"),
        ] {
            assert_eq!(to_rfc3339(instant.parse().unwrap()), text);
        }
    }
}
