//! What is measured of a curve: figures of each size, and how each figure may grow.

use super::number::shown;
use super::shape::{Shape, Verdict, verdict};

/// What one request or message takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Took {
    /// Calls of DynamoDB.
    pub(super) calls: f64,
    /// Capacity units of reading.
    pub(super) read: f64,
    /// Capacity units of writing.
    pub(super) written: f64,
    /// Instructions of a warm process; `None` where they were not counted.
    pub(super) instructions: Option<f64>,
    /// The most memory that the process ever had resident, in MiB.
    pub(super) memory: f64,
}

/// A figure: what it is called, how it is had, and how many times the smallest the largest may be
/// where it is to be flat.
pub(super) struct Figure {
    /// Its name.
    pub(super) name: &'static str,
    /// Its place in [`Took`].
    pub(super) of: fn(&Took) -> Option<f64>,
    /// The most that may lie between two sizes of what is flat: one call in fifty is none too many,
    /// instructions vary with what an allocator and a hash do, and memory with what an allocator keeps.
    most: f64,
}

/// All of them, in the order of a table.
pub(super) const FIGURES: [Figure; 5] = [
    Figure { name: "calls", of: |took| Some(took.calls), most: 1.02 },
    Figure { name: "units read", of: |took| Some(took.read), most: 1.02 },
    Figure { name: "units written", of: |took| Some(took.written), most: 1.02 },
    Figure { name: "instructions", of: |took| took.instructions, most: 1.05 },
    Figure { name: "memory, MiB", of: |took| Some(took.memory), most: 1.25 },
];

/// One request or message, at each size.
pub(super) struct Line {
    /// What it is called.
    pub(super) name: &'static str,
    /// How the figures may grow, in the order of [`FIGURES`].
    pub(super) shapes: [Shape; FIGURES.len()],
    /// What it took at each size, the smallest first.
    pub(super) points: Vec<(u32, Took)>,
}

/// What is measured over the same sizes.
pub(super) struct Curve {
    /// Its name, as in `--only`, in a page's markers and in a file's name.
    pub(super) name: &'static str,
    /// What there are more and more of.
    pub(super) axis: &'static str,
    /// One of those.
    pub(super) item: &'static str,
    /// What is measured.
    pub(super) lines: Vec<Line>,
}

impl Line {
    /// A figure at each size.
    pub(super) fn values(&self, figure: &Figure) -> Vec<(f64, f64)> {
        let values = self.points.iter();
        values.filter_map(|(size, took)| Some((f64::from(*size), (figure.of)(took)?))).collect()
    }

    /// Whether each figure that was counted is as it may be.
    fn verdicts(&self) -> impl Iterator<Item = (&'static str, Verdict)> {
        FIGURES.iter().zip(self.shapes).filter_map(|(figure, shape)| {
            let values = self.values(figure);
            (values.len() > 1).then(|| (figure.name, verdict(&values, shape, figure.most)))
        })
    }
}

impl Curve {
    /// Its table, with what came of each figure below.
    pub(super) fn markdown(&self) -> String {
        let figures = FIGURES.map(|figure| figure.name).join(" | ");
        let mut text = format!("| {} | | {figures} |\n|---:|---|", self.axis);
        text.push_str(&"---:|".repeat(FIGURES.len()));
        for line in &self.lines {
            for (size, took) in &line.points {
                let cells =
                    FIGURES.map(|figure| (figure.of)(took).map_or_else(|| "—".to_owned(), shown));
                let size = shown(f64::from(*size));
                text.push_str(&format!("\n| {size} | {} | {} |", line.name, cells.join(" | ")));
            }
        }
        text.push('\n');
        for line in &self.lines {
            let verdicts = line.verdicts().map(|(name, verdict)| {
                let name = name.split(',').next().unwrap_or(name);
                format!("{name} {}", verdict.said(self.item))
            });
            let verdicts = verdicts.collect::<Vec<_>>().join("; ");
            if !verdicts.is_empty() {
                text.push_str(&format!("\n- **{}**: {verdicts}.", line.name));
            }
        }
        text
    }

    /// What is not as it may be.
    pub(super) fn faults(&self) -> Vec<String> {
        let lines = self.lines.iter().flat_map(|line| {
            line.verdicts().filter(|(_, verdict)| !verdict.holds()).map(|(name, verdict)| {
                format!("{}: {}: {name} {}", self.name, line.name, verdict.said(self.item))
            })
        });
        lines.collect()
    }
}
