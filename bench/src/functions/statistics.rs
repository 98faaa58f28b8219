//! What many measurements of one thing come to.

use std::time::Duration;

/// Measurements, the smallest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sorted(Vec<Duration>);

impl FromIterator<Duration> for Sorted {
    fn from_iter<I: IntoIterator<Item = Duration>>(measurements: I) -> Self {
        let mut measurements: Vec<Duration> = measurements.into_iter().collect();
        measurements.sort_unstable();
        Self(measurements)
    }
}

impl Sorted {
    /// The smallest one that so many of a hundred do not exceed (nearest rank); nothing of nothing.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = self.0.len().saturating_mul(percent).div_ceil(100);
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one in the middle; of two in the middle, the smaller.
    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: &[u64]) -> Sorted {
        milliseconds.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn a_percentile_is_a_measurement_that_so_many_do_not_exceed() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        for percent in [1, 50, 99, 100] {
            let expected = Duration::from_millis(percent as u64);
            assert_eq!(of(&hundred).percentile(percent), expected);
        }
        assert_eq!(of(&[3, 1, 2]).median(), Duration::from_millis(2));
        assert_eq!(of(&[4, 1, 2, 3]).median(), Duration::from_millis(2));
        assert_eq!(of(&[7]).percentile(99), Duration::from_millis(7));
        assert_eq!(of(&[]).median(), Duration::ZERO);
    }
}
