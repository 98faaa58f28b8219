//! The tables of what was measured, in Markdown.

use std::fmt::Write as _;

use super::figures::{FIGURES, Unit, ratio};
use super::measured::Measured;

/// A function first, and each peer that does the same beside it, with its ratios to the function.
pub(crate) fn comparison(ours: &Measured, peers: &[&Measured]) -> String {
    let mut table = format!("| | `{}` |", ours.name);
    // Writing to a text cannot fail.
    for peer in peers {
        write!(table, " `{}` | |", peer.name).ok();
    }
    table.push_str("\n|---|---:|");
    table.push_str(&"---:|---:|".repeat(peers.len()));
    for (name, unit, of) in FIGURES {
        let ours = of(ours);
        write!(table, "\n| {name} | {} |", show(unit, ours)).ok();
        for peer in peers {
            let theirs = of(peer);
            let times = theirs.zip(ours).map(|(theirs, ours)| ratio(theirs, ours));
            let times = times.unwrap_or_else(|| NOTHING.to_owned());
            write!(table, " {} | {times} |", show(unit, theirs)).ok();
        }
    }
    table
}

/// Functions, one in each row: what repeats on every machine, or what is one machine's.
pub(crate) fn functions(all: &[&Measured], repeats: bool) -> String {
    let is_wanted = |unit: Unit| match unit {
        Unit::Instructions | Unit::Mebibytes => repeats,
        Unit::Milliseconds | Unit::Microseconds | Unit::PerSecond => !repeats,
    };
    let figures = || FIGURES.into_iter().filter(|(_, unit, _)| is_wanted(*unit));
    let mut table = "| |".to_owned();
    for (name, _, _) in figures() {
        write!(table, " {name} |").ok();
    }
    table.push_str("\n|---|");
    table.push_str(&"---:|".repeat(figures().count()));
    for measured in all {
        write!(table, "\n| `{}` |", measured.name).ok();
        for (_, unit, of) in figures() {
            write!(table, " {} |", show(unit, of(measured))).ok();
        }
    }
    table
}

/// What stands where nothing was measured.
const NOTHING: &str = "—";

fn show(unit: Unit, figure: Option<f64>) -> String {
    figure.map_or_else(|| NOTHING.to_owned(), |figure| unit.show(figure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::callgrind::Instructions;

    fn measured(name: &str, init: u64) -> Measured {
        let instructions = Instructions { init, first: 1_000_000, warm: 0, repeated: 0 };
        Measured { name: name.to_owned(), instructions: Some(instructions), ..Measured::default() }
    }

    #[test]
    fn a_peer_stands_beside_the_function_with_its_ratio_to_it() {
        let table = comparison(&measured("ours", 2_000_000), &[&measured("node", 299_000_000)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "| | `ours` | `node` | |",
                "|---|---:|---:|---:|",
                "| init, instructions | 2.00 M | 299 M | ×150 |",
            ]
        );
        assert!(table.contains("| cold, instructions | 3.00 M | 300 M | ×100 |"));
        assert!(table.contains("| first request at 128 MB | — | — | — |"));
    }

    #[test]
    fn a_row_has_as_many_cells_as_the_heading() {
        for repeats in [true, false] {
            let table = functions(&[&measured("a", 1), &measured("b", 2)], repeats);
            let cells: Vec<usize> = table.lines().map(|line| line.matches('|').count()).collect();
            assert_eq!(cells.len(), 4);
            assert!(cells.iter().all(|count| *count == cells[0]));
        }
    }
}
