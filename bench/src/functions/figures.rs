//! The figures of a table: what each is called, where it is, and how it reads beside another.

use std::time::Duration;

use super::callgrind::Instructions;
use super::measured::{Measured, SHARES};

/// In what a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Millions of instructions.
    Instructions,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Requests in a second.
    PerSecond,
    /// MiB of 1,048,576 bytes.
    Mebibytes,
}

/// A figure: its name, its unit, and how it is had; `None` where it was not measured.
pub(crate) type Figure = (&'static str, Unit, fn(&Measured) -> Option<f64>);

/// All of them, in the order of a table.
pub(crate) const FIGURES: [Figure; 21] = [
    ("init, instructions", Unit::Instructions, |of| counted(of, |count| count.init)),
    ("first request, instructions", Unit::Instructions, |of| counted(of, |count| count.first)),
    ("cold, instructions", Unit::Instructions, |of| counted(of, Instructions::cold)),
    ("warm request, instructions", Unit::Instructions, |of| counted(of, |count| count.warm)),
    ("the same, repeated token", Unit::Instructions, |of| counted(of, |count| count.repeated)),
    ("init, wall", Unit::Milliseconds, |of| time(of.cold.init.wall)),
    ("init, CPU", Unit::Milliseconds, |of| time(of.cold.init.cpu)),
    ("first request, wall", Unit::Milliseconds, |of| time(of.cold.first.wall)),
    ("first request, CPU", Unit::Milliseconds, |of| time(of.cold.first.cpu)),
    ("cold, wall", Unit::Milliseconds, |of| time(of.cold.both().wall)),
    ("cold, CPU", Unit::Milliseconds, |of| time(of.cold.both().cpu)),
    ("warm request, CPU", Unit::Microseconds, |of| time(of.warm.cpu)),
    ("warm request, p50", Unit::Microseconds, |of| time(of.warm.p50)),
    ("warm request, p99", Unit::Microseconds, |of| time(of.warm.p99)),
    ("requests a second", Unit::PerSecond, |of| Some(of.warm.per_second)),
    ("memory, idle", Unit::Mebibytes, |of| kib(of.warm.idle)),
    ("memory, after all requests", Unit::Mebibytes, |of| kib(of.warm.after)),
    ("zip", Unit::Mebibytes, |of| bytes(of.zipped)),
    ("first request at 128 MB", Unit::Milliseconds, |of| shared(of, SHARES[0])),
    ("first request at 256 MB", Unit::Milliseconds, |of| shared(of, SHARES[1])),
    ("first request at 512 MB", Unit::Milliseconds, |of| shared(of, SHARES[2])),
];

/// In the unit's own measure: instructions, seconds, bytes.
fn counted(of: &Measured, count: fn(&Instructions) -> u64) -> Option<f64> {
    of.instructions.as_ref().map(count).map(float)
}

fn time(time: Duration) -> Option<f64> {
    Some(time.as_secs_f64())
}

fn kib(kib: u64) -> Option<f64> {
    bytes(kib.saturating_mul(1024))
}

fn bytes(bytes: u64) -> Option<f64> {
    Some(float(bytes))
}

fn shared(of: &Measured, memory: u32) -> Option<f64> {
    let mut shares = SHARES.iter().zip(of.shared);
    shares.find(|(share, _)| **share == memory)?.1.map(|took| took.as_secs_f64())
}

/// A table has four digits at most.
fn float(number: u64) -> f64 {
    number as f64
}

impl Unit {
    /// A figure with its unit.
    pub(crate) fn show(self, figure: f64) -> String {
        match self {
            Self::Instructions => format!("{} M", digits(figure / 1e6)),
            Self::Milliseconds => format!("{} ms", digits(figure * 1e3)),
            Self::Microseconds => format!("{} µs", digits(figure * 1e6)),
            Self::PerSecond => digits(figure),
            Self::Mebibytes => format!("{} MiB", digits(figure / 1_048_576.0)),
        }
    }
}

/// Three digits that count, and all of those before the point.
fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 => 2,
        _ => 3,
    };
    let text = format!("{number:.decimals$}");
    let whole = text.find('.').unwrap_or(text.len());
    let mut grouped = String::new();
    for (place, digit) in text.char_indices() {
        if (1..whole).contains(&place) && (whole - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// How many times as much as another figure; nothing, where there is no other.
pub(crate) fn ratio(figure: f64, other: f64) -> String {
    let times = figure / other;
    if !times.is_finite() {
        return "—".to_owned();
    }
    format!("×{}", digits(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_or_all_of_those_before_the_point() {
        assert_eq!(Unit::Instructions.show(4_269_281.0), "4.27 M");
        assert_eq!(Unit::Instructions.show(1_138_600_000.0), "1,139 M");
        assert_eq!(Unit::Milliseconds.show(0.000_38), "0.380 ms");
        assert_eq!(Unit::Microseconds.show(0.000_128_4), "128 µs");
        assert_eq!(Unit::PerSecond.show(6_240.4), "6,240");
        assert_eq!(Unit::Mebibytes.show(3_355_443.0), "3.20 MiB");
        assert_eq!(Unit::Milliseconds.show(0.009_996), "10.0 ms");
    }

    #[test]
    fn a_ratio_says_how_many_times_as_much() {
        assert_eq!(ratio(436.8, 4.936), "×88.5");
        assert_eq!(ratio(3.629, 4.936), "×0.735");
        assert_eq!(ratio(2.0, 2.0), "×1.00");
        assert_eq!(ratio(1.0, 0.0), "—");
    }
}
