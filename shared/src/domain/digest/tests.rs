//! When digests end, and what they are called.

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

fn bucket(text: &str) -> DigestBucket {
    text.parse().unwrap()
}

#[test]
fn a_bucket_is_called_by_its_cadence_and_its_end_and_by_no_other_text() {
    let now = "2026-03-13T14:20:00.5Z".parse().unwrap();
    let zone = "Asia/Kathmandu".parse().unwrap();
    for (cadence, text) in [
        (Cadence::Hourly, "hourly#2026-03-13T15:00:00Z"),
        (Cadence::Daily, "daily#2026-03-13T18:15:00Z"),
    ] {
        let joined = DigestBucket::joined_at(now, cadence, Some(&zone));
        assert_eq!(joined.to_string(), text);
        assert_eq!(text.parse(), Ok(joined));
        assert_eq!(joined.cadence(), cadence);
    }
    for text in [
        "",
        "hourly",
        "hourly#",
        "#2026-03-13T15:00:00Z",
        "weekly#2026-03-13T15:00:00Z",
        "Hourly#2026-03-13T15:00:00Z",
        "hourly#2026-03-13T15:00:00.0Z",
        "hourly#2026-03-13t15:00:00z",
        "hourly#2026-03-13T16:00:00+01:00",
        "hourly#2026-03-13T15:00:00Z#",
        " hourly#2026-03-13T15:00:00Z",
        "hourly#1773414000",
    ] {
        assert_eq!(text.parse::<DigestBucket>(), Err(InvalidDigestBucket), "{text}");
    }
}

#[test]
fn what_comes_too_late_for_an_hour_goes_with_the_next_one() {
    let next =
        bucket("hourly#2026-03-13T15:00:00Z").next(Some(&"Europe/Amsterdam".parse().unwrap()));
    assert_eq!(next, bucket("hourly#2026-03-13T16:00:00Z"));
}

#[test]
fn what_comes_too_late_for_a_day_goes_with_the_next_midnight_where_they_live_by_now() {
    for (ended, zone, next) in [
        ("daily#2026-03-13T23:00:00Z", "Europe/Amsterdam", "daily#2026-03-14T23:00:00Z"),
        // The night in which clocks change, either way.
        ("daily#2026-03-28T23:00:00Z", "Europe/Amsterdam", "daily#2026-03-29T22:00:00Z"),
        ("daily#2026-10-24T22:00:00Z", "Europe/Amsterdam", "daily#2026-10-25T23:00:00Z"),
        // They moved while things waited.
        ("daily#2026-03-13T23:00:00Z", "America/Los_Angeles", "daily#2026-03-14T07:00:00Z"),
        ("daily#2026-03-13T23:00:00Z", "Asia/Tokyo", "daily#2026-03-14T15:00:00Z"),
        ("daily#2026-03-13T23:00:00Z", "Middle/Earth", "daily#2026-03-14T00:00:00Z"),
    ] {
        assert_eq!(bucket(ended).next(Some(&zone.parse().unwrap())), bucket(next), "{zone}");
    }
}

#[test]
fn email_waits_with_the_two_digests_that_have_an_end() {
    let waiting = Digest::ALL.map(|digest| Cadence::of(digest).map(Cadence::name));
    assert_eq!(waiting, [None, Some("hourly"), Some("daily"), None]);
}
