//! The budgets of `get-notification-prefs` and `put-notification-prefs` as they ship, and by how much
//! they hold.

use std::fmt::Write as _;

use super::figures::{FIGURES, Figure};
use super::measured::Measured;
use super::peers::Peer;

/// The functions that have them.
const OF: [&str; 2] = ["get-notification-prefs", "put-notification-prefs"];

/// What a figure may not exceed.
enum Limit {
    /// So much, in the figure's own measure.
    Most(f64),
    /// So many times the figure of a peer.
    Times(f64, Peer),
}

/// One budget: of which figure, and how much.
struct Budget(&'static str, Limit);

/// All of them, for functions that connect before their first request.
const BUDGETS: [Budget; 11] = [
    Budget("init, instructions", Limit::Most(4_500_000.0)),
    Budget("first request, instructions", Limit::Most(1_300_000.0)),
    Budget("cold, instructions", Limit::Most(5_600_000.0)),
    Budget("warm request, instructions", Limit::Most(1_250_000.0)),
    Budget("the same, repeated token", Limit::Most(800_000.0)),
    Budget("warm request, CPU", Limit::Times(3.2, Peer::Reference)),
    Budget("cold, CPU", Limit::Times(1.9, Peer::Reference)),
    Budget("warm request, CPU", Limit::Times(1.0 / 7.0, Peer::Node)),
    Budget("cold, CPU", Limit::Times(1.0 / 30.0, Peer::Node)),
    Budget("memory, after all requests", Limit::Most(8.0 * 1_048_576.0)),
    Budget("zip", Limit::Most(3.2 * 1_048_576.0)),
];

/// The table of the budgets, with what was measured of them; nothing, if none of the two functions
/// was.
pub(crate) fn table(all: &[Measured]) -> Option<String> {
    let find = |name: &str| all.iter().find(|measured| measured.name == name);
    let functions: Vec<&Measured> = OF.into_iter().filter_map(find).collect();
    if functions.is_empty() {
        return None;
    }
    let mut table = "| budget |".to_owned();
    for function in &functions {
        // Writing to a text cannot fail.
        write!(table, " `{}` | of the budget |", function.name).ok();
    }
    table.push_str("\n|---|");
    table.push_str(&"---:|---:|".repeat(functions.len()));
    for Budget(name, limit) in &BUDGETS {
        let Some(figure) = FIGURES.iter().find(|figure| figure.0 == *name) else { continue };
        let Some((what, most)) = limit.of(figure, &find) else { continue };
        write!(table, "\n| {name} ≤ {what} |").ok();
        for function in &functions {
            let (value, part) = match (figure.2)(function) {
                Some(value) => (figure.1.show(value), room(value, most)),
                None => ("—".to_owned(), "—".to_owned()),
            };
            write!(table, " {value} | {part} |").ok();
        }
    }
    Some(table)
}

impl Limit {
    /// How it reads, and how much it is; nothing, without the peer.
    fn of<'a>(
        &self,
        figure: &Figure,
        find: &dyn Fn(&str) -> Option<&'a Measured>,
    ) -> Option<(String, f64)> {
        match self {
            Self::Most(most) => Some((figure.1.show(*most), *most)),
            Self::Times(times, peer) => {
                let theirs = (figure.2)(find(&peer.to_string())?)?;
                let times_theirs = if *times < 1.0 {
                    format!("1/{:.0} of `{peer}`", 1.0 / times)
                } else {
                    format!("{times} × `{peer}`")
                };
                Some((times_theirs, times * theirs))
            }
        }
    }
}

/// How much of a budget is used, and whether that is too much.
fn room(value: f64, most: f64) -> String {
    let part = format!("{:.0} %", 100.0 * value / most);
    if value > most { format!("**{part}: over**") } else { part }
}
