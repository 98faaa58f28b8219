//! A schedule of the template: how often, and what its function is given.

use std::time::Duration;

/// What Scheduler puts the instant in place of.
const SCHEDULED_TIME: &str = "<aws.scheduler.scheduled-time>";

/// When a function is invoked by itself, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How often.
    pub rate: Duration,
    /// The event, before Scheduler puts the instant into it.
    input: String,
}

impl Schedule {
    /// A schedule of such a rate, as `rate(5 minutes)`; nothing, if it is no rate, or if the event does
    /// not say which instant it is for.
    #[must_use]
    pub fn read(expression: &str, input: &str) -> Option<Self> {
        let is_dated = input.contains(SCHEDULED_TIME);
        is_dated.then_some(Self { rate: read_rate(expression)?, input: input.to_owned() })
    }

    /// The event for an instant.
    #[must_use]
    pub fn event_at(&self, at: jiff::Timestamp) -> String {
        self.input.replace(SCHEDULED_TIME, &at.to_string())
    }
}

/// A rate in whole minutes or more. What goes by a calendar is not run here.
fn read_rate(expression: &str) -> Option<Duration> {
    let rate = expression.strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = rate.split_once(' ')?;
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    let minutes = match unit {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(minutes * 60)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: &str = r#"{"scheduled_at":"<aws.scheduler.scheduled-time>"}"#;

    #[test]
    fn a_rate_is_read_in_each_of_its_units() {
        for (expression, minutes) in [
            ("rate(1 minute)", 1),
            ("rate(5 minutes)", 5),
            ("rate(1 hour)", 60),
            ("rate(12 hours)", 720),
            ("rate(1 day)", 1440),
            ("rate(7 days)", 10080),
        ] {
            let rate = Schedule::read(expression, INPUT).map(|schedule| schedule.rate);
            assert_eq!(rate, Some(Duration::from_secs(minutes * 60)), "{expression}");
        }
    }

    #[test]
    fn what_would_not_run_here_or_knows_no_instant_is_no_schedule() {
        for expression in [
            "",
            "rate()",
            "rate(0 minutes)",
            "rate(-5 minutes)",
            "rate(5 seconds)",
            "rate(5)",
            "rate(18446744073709551615 days)",
            "cron(0 12 * * ? *)",
            "at(2026-03-13T15:00:00)",
        ] {
            assert_eq!(Schedule::read(expression, INPUT), None, "{expression}");
        }
        assert_eq!(Schedule::read("rate(5 minutes)", "{}"), None);
    }

    #[test]
    fn the_instant_is_put_where_it_is_asked_for() {
        let schedule = Schedule::read("rate(5 minutes)", INPUT).unwrap();
        let event = schedule.event_at("2026-03-13T15:00:00Z".parse().unwrap());
        assert_eq!(event, r#"{"scheduled_at":"2026-03-13T15:00:00Z"}"#);
    }
}
