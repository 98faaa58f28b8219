//! When the digest ends that something joins now.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use crate::domain::text::ZoneName;

/// The zones that are built in: which ones there are must not depend on the machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The end of the hour of UTC's clock.
pub(super) fn end_of_hour(now: Timestamp) -> Timestamp {
    const HOUR: i64 = 60 * 60;
    let into_the_hour = now.as_nanosecond().rem_euclid(i128::from(HOUR) * 1_000_000_000);
    let left = SignedDuration::from_hours(1) - SignedDuration::from_nanos_i128(into_the_hour);
    now.saturating_add(left).unwrap_or(Timestamp::MAX)
}

/// Midnight in that zone, or in UTC where it is not known: the first instant of the next day, also
/// where clocks skip midnight or repeat it.
pub(super) fn end_of_day(now: Timestamp, zone: Option<&ZoneName>) -> Timestamp {
    let zone = zone.and_then(|zone| ZONES.get(zone.as_str()).ok()).unwrap_or(TimeZone::UTC);
    let next_day = now.to_zoned(zone.clone()).date().tomorrow();
    let midnight = next_day.and_then(|day| day.to_zoned(zone));
    // There is a day after each but the last one of year 9999.
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_of_day_in(zone: &str, now: &str) -> String {
        let zone = zone.parse().unwrap();
        end_of_day(now.parse().unwrap(), Some(&zone)).to_string()
    }

    #[test]
    fn an_hour_ends_with_utcs_clock_and_the_next_begins_there() {
        for (now, end) in [
            ("2026-03-13T14:00:00Z", "2026-03-13T15:00:00Z"),
            ("2026-03-13T14:59:59.999999999Z", "2026-03-13T15:00:00Z"),
            ("2026-12-31T23:30:00Z", "2027-01-01T00:00:00Z"),
            ("1969-12-31T23:30:00Z", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(end_of_hour(now.parse().unwrap()).to_string(), end, "{now}");
        }
    }

    #[test]
    fn a_day_ends_at_midnight_where_the_person_lives() {
        for (zone, now, end) in [
            ("UTC", "2026-03-13T14:00:00Z", "2026-03-14T00:00:00Z"),
            ("Europe/Amsterdam", "2026-03-13T14:00:00Z", "2026-03-13T23:00:00Z"),
            ("Europe/Amsterdam", "2026-03-13T23:00:00Z", "2026-03-14T23:00:00Z"),
            ("Asia/Kathmandu", "2026-03-13T18:14:59Z", "2026-03-13T18:15:00Z"),
            ("America/Los_Angeles", "2026-03-13T14:00:00Z", "2026-03-14T07:00:00Z"),
        ] {
            assert_eq!(end_of_day_in(zone, now), end, "{zone} {now}");
        }
    }

    #[test]
    fn days_on_which_clocks_change_have_23_or_25_hours() {
        for (zone, now, end) in [
            ("Europe/Amsterdam", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Amsterdam", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            // Clocks skip from midnight to one: the day begins at one.
            ("Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"),
            // Clocks go from one back to midnight: the day begins the first time.
            ("America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T04:00:00Z"),
            ("America/Havana", "2026-11-01T04:30:00Z", "2026-11-02T05:00:00Z"),
            ("America/Havana", "2026-11-01T05:30:00Z", "2026-11-02T05:00:00Z"),
        ] {
            assert_eq!(end_of_day_in(zone, now), end, "{zone} {now}");
        }
    }

    #[test]
    fn without_a_zone_or_with_one_that_is_none_a_day_is_utcs() {
        let now = "2026-03-13T14:00:00Z".parse().unwrap();
        assert_eq!(end_of_day(now, None).to_string(), "2026-03-14T00:00:00Z");
        assert_eq!(end_of_day_in("Middle/Earth", "2026-03-13T14:00:00Z"), "2026-03-14T00:00:00Z");
    }

    #[test]
    fn at_the_end_of_time_there_is_still_an_end() {
        assert_eq!(end_of_hour(Timestamp::MAX), Timestamp::MAX);
        assert_eq!(end_of_day(Timestamp::MAX, None), Timestamp::MAX);
    }
}
