//! Instants as every surface writes them.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

/// RFC 3339, UTC, six fraction digits, `Z`: `2026-03-13T14:00:00.000000Z`.
#[must_use]
pub fn to_rfc3339(instant: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    PRINTER.timestamp_to_string(&instant)
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
}
