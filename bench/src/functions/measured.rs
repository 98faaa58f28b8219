//! Everything that is measured of one subject.

use std::time::Duration;

use local::problem::Problem;

use super::callgrind::Instructions;
use super::package::Package;
use super::share::Share;
use super::stage::Stage;
use super::statistics::Sorted;
use super::subject::Subject;
use super::timing::{Cold, Warm, first_with};

/// Memory sizes, in MB, whose share of a processor a first request is measured with.
pub(crate) const SHARES: [u32; 3] = [128, 256, 512];

/// How often, and how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    /// Whether instructions are counted.
    pub(crate) counts: bool,
    /// Starts of each.
    pub(crate) cold: usize,
    /// Processes of each that are asked again and again.
    pub(crate) warm: usize,
    /// Requests to each of them.
    pub(crate) requests: usize,
}

/// The figures of one subject.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// Who it is.
    pub(crate) name: String,
    /// What callgrind counted.
    pub(crate) instructions: Option<Instructions>,
    /// Times of a start.
    pub(crate) cold: Cold,
    /// Times of further requests, and memory.
    pub(crate) warm: Warm,
    /// The first request with a share of a processor, in the order of [`SHARES`]; `None` where this
    /// machine holds nobody to one.
    pub(crate) shared: [Option<Duration>; SHARES.len()],
    /// Bytes to upload, compressed.
    pub(crate) zipped: u64,
}

/// Measures them side by side: in each round everyone in turn, so that what disturbs the machine
/// disturbs all alike.
pub(crate) async fn measure(
    stage: &Stage,
    subjects: &[(Subject, Package)],
    rounds: Rounds,
) -> Result<Vec<Measured>, Problem> {
    let mut all = Vec::new();
    for (subject, package) in subjects {
        let mut instructions = None;
        if rounds.counts {
            eprintln!("{}: counting instructions", subject.name);
            let counted = Instructions::count(stage, &subject.program, &subject.event).await?;
            instructions = Some(counted);
        }
        all.push(Measured {
            name: subject.name.clone(),
            instructions,
            zipped: package.zipped()?,
            ..Measured::default()
        });
    }
    let mut cold = vec![Vec::new(); subjects.len()];
    for round in 1..=rounds.cold {
        eprintln!("starts: round {round} of {}", rounds.cold);
        for ((subject, _), cold) in subjects.iter().zip(&mut cold) {
            cold.push(Cold::measure(stage, subject).await?);
        }
    }
    let mut shared = vec![vec![Vec::new(); SHARES.len()]; subjects.len()];
    match SHARES.map(Share::of).into_iter().collect::<Result<Vec<_>, _>>() {
        Err(problem) => eprintln!("{problem}"),
        Ok(shares) => {
            for round in 1..=rounds.cold {
                eprintln!("shares of a processor: round {round} of {}", rounds.cold);
                for ((subject, _), shared) in subjects.iter().zip(&mut shared) {
                    for (share, took) in shares.iter().zip(shared) {
                        took.push(first_with(stage, subject, share).await?);
                    }
                }
            }
        }
    }
    let mut warm = vec![Vec::new(); subjects.len()];
    for round in 1..=rounds.warm {
        eprintln!("requests: round {round} of {}", rounds.warm);
        for ((subject, _), warm) in subjects.iter().zip(&mut warm) {
            warm.push(Warm::measure(stage, subject, rounds.requests).await?);
        }
    }
    for (measured, ((cold, shared), warm)) in all.iter_mut().zip(cold.iter().zip(shared).zip(warm))
    {
        measured.cold = Cold::median(cold);
        measured.warm = Warm::quietest(warm);
        for (place, took) in measured.shared.iter_mut().zip(shared) {
            let median = took.iter().copied().collect::<Sorted>().median();
            *place = (!took.is_empty()).then_some(median);
        }
    }
    Ok(all)
}
