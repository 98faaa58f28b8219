//! How a figure grows with a size, and whether it may.

use std::fmt::Write as _;

use super::number::shown;

/// How a figure may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Not at all from that size on: what is less than a page is less work.
    FlatFrom(u32),
    /// In proportion, and no faster.
    Linear,
}

/// How much faster than in proportion a figure may seem to grow from one size to the next: it has to
/// be the power of the size that is less than this.
const MOST_POWER: f64 = 1.1;

/// What came of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// It was to be flat: how many times the smallest the largest is, and how many it may be.
    Flat {
        /// So many times.
        times: f64,
        /// And no more.
        most: f64,
        /// From this size on.
        from: f64,
    },
    /// It was to grow in proportion: by how much for one more, and with which power of the size at
    /// last.
    Linear {
        /// For one more.
        slope: f64,
        /// Of the size, between the two largest.
        power: f64,
    },
}

/// Looks at a figure at each size, the smallest first.
pub(super) fn verdict(values: &[(f64, f64)], shape: Shape, most: f64) -> Verdict {
    match shape {
        Shape::FlatFrom(from) => {
            let from = f64::from(from);
            let flat = values.iter().filter(|(size, _)| *size >= from).map(|(_, value)| *value);
            Verdict::Flat { times: spread(flat), most, from }
        }
        Shape::Linear => Verdict::Linear { slope: slope(values), power: last_power(values) },
    }
}

/// How many times the smallest the largest is: of nothing, or of zeros alone, once.
fn spread(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(0.0, f64::max);
    let smallest = values.fold(f64::INFINITY, f64::min);
    if largest > 0.0 { largest / smallest } else { 1.0 }
}

/// What one more takes: the slope of the line of least squares.
fn slope(values: &[(f64, f64)]) -> f64 {
    let count = values.iter().fold(0.0, |count, _| count + 1.0);
    let mean = |of: fn(&(f64, f64)) -> f64| values.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|value| value.0), mean(|value| value.1));
    let together: f64 = values.iter().map(|value| (value.0 - x) * (value.1 - y)).sum();
    let apart: f64 = values.iter().map(|value| (value.0 - x).powi(2)).sum();
    if apart > 0.0 { together / apart } else { 0.0 }
}

/// Between the two largest sizes, the figure grows with this power of the size; 0, if it does not.
fn last_power(values: &[(f64, f64)]) -> f64 {
    let [.., (small, before), (large, after)] = values else { return 0.0 };
    let power = (after / before).ln() / (large / small).ln();
    if power.is_finite() { power } else { 0.0 }
}

impl Verdict {
    /// Whether that may be.
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Flat { times, most, from: _ } => times <= most,
            Self::Linear { slope: _, power } => *power <= MOST_POWER,
        }
    }

    /// What to say of it, where a size counts those.
    pub(super) fn said(&self, item: &str) -> String {
        let mut said = match self {
            Self::Flat { times, from, most: _ } if *from > 1.0 => {
                format!("flat from {} on (×{times:.2})", shown(*from))
            }
            Self::Flat { times, .. } => format!("flat (×{times:.2})"),
            Self::Linear { slope, power: _ } => format!("{} for each {item}", shown(*slope)),
        };
        if !self.holds() {
            // Writing to a text cannot fail.
            match self {
                Self::Flat { times, most, from: _ } => {
                    said = format!("**not flat: ×{times:.2}, and ×{most:.2} at most**");
                }
                Self::Linear { power, .. } => {
                    write!(said, ", **and faster: with the power {power:.2} of the size**").ok();
                }
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_flat_is_so_within_its_bound_from_its_size_on() {
        let values = [(1.0, 2.0), (100.0, 40.0), (1_000.0, 41.0), (10_000.0, 40.5)];
        let flat = verdict(&values, Shape::FlatFrom(100), 1.05);
        assert!(flat.holds());
        assert_eq!(flat.said("row"), "flat from 100 on (×1.02)");
        let grown = verdict(&values, Shape::FlatFrom(1), 1.05);
        assert!(!grown.holds());
        assert_eq!(grown.said("row"), "**not flat: ×20.50, and ×1.05 at most**");
    }

    #[test]
    fn what_is_nothing_everywhere_is_flat_and_what_begins_is_not() {
        assert!(verdict(&[(1.0, 0.0), (10.0, 0.0)], Shape::FlatFrom(1), 1.0).holds());
        assert!(!verdict(&[(1.0, 0.0), (10.0, 1.0)], Shape::FlatFrom(1), 1.0).holds());
    }

    #[test]
    fn the_slope_is_what_one_more_takes_whatever_it_begins_with() {
        let values: Vec<(f64, f64)> = [1.0, 10.0, 50.0, 100.0].map(|x| (x, 7.0 + 3.0 * x)).into();
        let linear = verdict(&values, Shape::Linear, 1.0);
        assert!(linear.holds());
        assert_eq!(linear.said("recipient"), "3 for each recipient");
    }

    #[test]
    fn what_grows_faster_than_its_size_is_told() {
        let square: Vec<(f64, f64)> = [1.0, 10.0, 100.0].map(|x: f64| (x, x * x)).into();
        let faster = verdict(&square, Shape::Linear, 1.0);
        assert!(!faster.holds());
        assert!(faster.said("row").contains("the power 2.00"));
    }
}
