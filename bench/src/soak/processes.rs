//! What the processes have of the machine, again and again.

use std::time::Instant;

use local::problem::Problem;

use crate::engine::Engine;
use crate::functions::probe::Probe;
use crate::load::gateway::Running;

/// What the engine is called.
const ENGINE: &str = "the engine";

/// By how much a process may have more memory in the end, in hundredths of what it had ...
const MORE: u64 = 5;

/// ... and in KiB: pages come and go.
const PAGES: u64 = 1_024;

/// By how many a process may have more descriptors in the end: a connection, which comes and goes.
const CONNECTIONS: u64 = 1;

/// How many looks are the fewest that say something.
const FEWEST: usize = 6;

/// The processes, and what was seen of them.
pub(super) struct Processes {
    all: Vec<(String, Probe)>,
    looks: Vec<(Instant, Vec<Look>)>,
}

/// What a process has.
#[derive(Debug, Clone, Copy)]
struct Look {
    memory: u64,
    descriptors: u64,
}

/// What came of looking at a process.
#[derive(Debug)]
pub(super) struct Watched {
    /// Its name.
    pub(super) name: String,
    /// Whether it is a function. The engine keeps in memory what is written, so it grows.
    pub(super) is_function: bool,
    /// Memory, in KiB (`VmRSS`).
    pub(super) memory: Thirds,
    /// Open descriptors.
    pub(super) descriptors: Thirds,
}

/// The medians of the first and of the last third of what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thirds {
    /// Of the first third.
    pub(super) first: u64,
    /// Of the last third.
    pub(super) last: u64,
}

impl Processes {
    /// The functions, and the engine.
    pub(super) fn of(functions: &[Running], engine: &Engine) -> Self {
        let functions = functions.iter().map(|Running { name, id }| (name.clone(), *id));
        let all = functions.chain([(ENGINE.to_owned(), engine.id())]);
        Self { all: all.map(|(name, id)| (name, Probe::at(id))).collect(), looks: Vec::new() }
    }

    /// Looks at each.
    pub(super) fn look(&mut self) -> Result<(), Problem> {
        let looks = self.all.iter().map(|(_, probe)| {
            Ok(Look { memory: probe.memory()?, descriptors: probe.descriptors()? })
        });
        self.looks.push((Instant::now(), looks.collect::<Result<_, Problem>>()?));
        Ok(())
    }

    /// What was seen since.
    pub(super) fn since(&self, began: Instant) -> Result<Vec<Watched>, Problem> {
        let looks: Vec<&Vec<Look>> =
            self.looks.iter().filter(|(at, _)| *at >= began).map(|(_, looks)| looks).collect();
        if looks.len() < FEWEST {
            return Err(Problem(format!("{} looks say nothing of growth", looks.len())));
        }
        let watched = self.all.iter().enumerate().map(|(place, (name, _))| {
            let of_it = |what: fn(&Look) -> u64| {
                Thirds::of(looks.iter().filter_map(|looks| looks.get(place)).map(what).collect())
            };
            Watched {
                name: name.clone(),
                is_function: name != ENGINE,
                memory: of_it(|look| look.memory),
                descriptors: of_it(|look| look.descriptors),
            }
        });
        Ok(watched.collect())
    }
}

impl Thirds {
    fn of(seen: Vec<u64>) -> Self {
        let third = seen.len() / 3;
        let median = |part: &[u64]| {
            let mut part = part.to_vec();
            part.sort_unstable();
            part.get(part.len() / 2).copied().unwrap_or_default()
        };
        let (first, rest) = seen.split_at(third);
        let (_, last) = rest.split_at(rest.len().saturating_sub(third));
        Self { first: median(first), last: median(last) }
    }

    fn growth(self) -> u64 {
        self.last.saturating_sub(self.first)
    }
}

impl Watched {
    /// What of it has grown, if anything has.
    pub(super) fn growth(&self) -> Option<String> {
        let Self { name, is_function, memory, descriptors } = self;
        let more = memory.growth();
        let has_more_memory = more > PAGES && more.saturating_mul(100) > memory.first * MORE;
        if *is_function && has_more_memory {
            let Thirds { first, last } = memory;
            return Some(format!("{name} had {first} KiB and has {last} KiB"));
        }
        if descriptors.growth() > CONNECTIONS {
            let Thirds { first, last } = descriptors;
            return Some(format!("{name} had {first} descriptors and has {last}"));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(memory: (u64, u64), descriptors: (u64, u64)) -> Watched {
        let thirds = |(first, last)| Thirds { first, last };
        let (memory, descriptors) = (thirds(memory), thirds(descriptors));
        Watched { name: "get-profile".to_owned(), is_function: true, memory, descriptors }
    }

    #[test]
    fn the_first_third_is_compared_with_the_last() {
        assert_eq!(Thirds::of(vec![9, 1, 2, 5, 5, 5, 5, 9, 8, 7]), Thirds { first: 2, last: 8 });
        assert_eq!(Thirds::of(vec![]), Thirds { first: 0, last: 0 });
    }

    #[test]
    fn more_memory_is_growth_if_it_is_a_share_of_it_and_more_than_pages() {
        let grows = |first, last| watched((first, last), (9, 9)).growth().is_some();
        assert!(!grows(10_000, 11_024));
        assert!(grows(10_000, 11_025));
        assert!(!grows(40_000, 42_000));
        assert!(grows(40_000, 42_001));
        assert!(!grows(40_000, 9_000));
        let engine = Watched { is_function: false, ..watched((1, 99_999), (9, 9)) };
        assert_eq!(engine.growth(), None);
    }

    #[test]
    fn more_descriptors_are_growth_but_for_one_connection() {
        assert_eq!(watched((1, 1), (9, 10)).growth(), None);
        let growth = watched((1, 1), (9, 11)).growth().unwrap();
        assert_eq!(growth, "get-profile had 9 descriptors and has 11");
    }
}
