//! Figures, and how far from each other they may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use local::problem::Problem;

/// How far above or below a figure may be, in thousandths of it. Counts repeat within a few of them:
/// hashing begins with random keys, and so do handshakes.
const BAND: u64 = 30;

/// Instructions, by the name of what takes them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Figures(pub(super) BTreeMap<String, u64>);

impl Figures {
    /// Those of a file, which is a JSON object.
    pub(super) fn read(file: &Path) -> Result<Self, Problem> {
        let unreadable = |error: &dyn std::fmt::Display| Problem::new(file.display(), error);
        let text = fs::read_to_string(file).map_err(|error| unreadable(&error))?;
        serde_json::from_str(&text).map(Self).map_err(|error| unreadable(&error))
    }

    /// Writes them into a file.
    pub(super) fn write(&self, file: &Path) -> Result<(), Problem> {
        let unwritable = |error: &dyn std::fmt::Display| Problem::new(file.display(), error);
        let text = serde_json::to_string_pretty(&self.0).map_err(|error| unwritable(&error))?;
        fs::write(file, text + "\n").map_err(|error| unwritable(&error))
    }

    /// Holds what was counted now against them.
    ///
    /// # Errors
    ///
    /// [`Problem`] with all that is outside of the band, on either side: what takes less and is not
    /// written down is room for what takes more later.
    pub(super) fn hold(&self, counted: &Self) -> Result<(), Problem> {
        let mut faults = Vec::new();
        for (name, now) in &counted.0 {
            match self.0.get(name) {
                None => faults.push(format!("{name}: {now}, and no figure to hold it against")),
                Some(then) if is_within(*then, *now) => {}
                Some(then) => {
                    faults.push(format!("{name}: {now} instead of {then}, {}", change(*then, *now)))
                }
            }
        }
        let gone = self.0.keys().filter(|name| !counted.0.contains_key(*name));
        faults.extend(gone.map(|name| format!("{name}: nobody counted that")));
        if faults.is_empty() { Ok(()) } else { Err(Problem(faults.join("\n"))) }
    }
}

fn is_within(then: u64, now: u64) -> bool {
    now.abs_diff(then).saturating_mul(1_000) <= then.saturating_mul(BAND)
}

fn change(then: u64, now: u64) -> String {
    let tenths = now.abs_diff(then).saturating_mul(1_000).checked_div(then).unwrap_or(u64::MAX);
    let sign = if now < then { '-' } else { '+' };
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(all: &[(&str, u64)]) -> Figures {
        Figures(all.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect())
    }

    #[test]
    fn three_percent_more_or_less_are_as_before_and_anything_beyond_is_told() {
        let then = figures(&[("init", 1_000_000)]);
        for now in [970_000, 1_000_000, 1_030_000] {
            assert!(then.hold(&figures(&[("init", now)])).is_ok(), "{now}");
        }
        for (now, told) in [(969_999, "-3.0 %"), (1_030_001, "+3.0 %"), (1_050_000, "+5.0 %")] {
            let problem = then.hold(&figures(&[("init", now)])).unwrap_err();
            assert_eq!(problem.0, format!("init: {now} instead of 1000000, {told}"));
        }
    }

    #[test]
    fn what_has_no_figure_and_what_was_not_counted_are_told() {
        let problem = figures(&[("old", 1)]).hold(&figures(&[("new", 2)])).unwrap_err();
        assert_eq!(problem.0, "new: 2, and no figure to hold it against\nold: nobody counted that");
    }
}
