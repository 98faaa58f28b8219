//! What requests and events take with more and more in the table: what is to stay as it is does, and
//! what grows grows in proportion.
//!
//! An engine is filled with copies of what the store itself wrote; then the function's program is
//! invoked in front of it, and its calls and capacity units are counted. What the engine said is said
//! again while instructions are counted, and memory is looked at.

mod categories;
mod curve;
mod ground;
mod inbox;
mod number;
mod plot;
mod recipients;
mod shape;
mod trial;
mod watchers;

use std::fs;
use std::path::{Path, PathBuf};

use local::problem::Problem;

use crate::functions::page;
use curve::Curve;
use trial::Bench;

/// What there is more and more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Axis {
    /// Rows of an inbox
    Inbox,
    /// People who watch an issue
    Watchers,
    /// Categories of a deployment
    Categories,
    /// People whom a decision is about
    Recipients,
}

impl Axis {
    const ALL: [Self; 4] = [Self::Inbox, Self::Watchers, Self::Categories, Self::Recipients];

    /// How many, unless it is said.
    fn sizes(self) -> &'static [u32] {
        match self {
            Self::Inbox => &[10, 100, 1_000, 10_000, 100_000],
            Self::Watchers => &[1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
            Self::Categories => &[1, 10, 100, 500],
            Self::Recipients => &[1, 10, 50, 100],
        }
    }

    /// What is measured.
    fn functions(self) -> &'static [&'static str] {
        match self {
            Self::Inbox => &["list-notifications", "mark-notifications-read"],
            Self::Watchers => &["get-issue-watch", "toggle-issue-watch", "dispatch-events"],
            Self::Categories => {
                &["list-channel-preferences", "put-channel-preference", "decide-delivery"]
            }
            Self::Recipients => &["decide-delivery"],
        }
    }

    async fn measure(self, bench: &Bench, sizes: &[u32]) -> Result<Curve, Problem> {
        match self {
            Self::Inbox => inbox::measure(bench, sizes).await,
            Self::Watchers => watchers::measure(bench, sizes).await,
            Self::Categories => categories::measure(bench, sizes).await,
            Self::Recipients => recipients::measure(bench, sizes).await,
        }
    }
}

/// What is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What there is more and more of; may be repeated. All of it unless given
    #[arg(long, value_name = "AXIS", value_enum)]
    only: Vec<Axis>,
    /// How many, instead of what each of them has: at most 100,000 rows, 1,000,000 people who watch, 500
    /// categories, 100 people to decide about
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    sizes: Vec<u32>,
    /// Instructions are not counted: for a machine without valgrind, or one that is busy
    #[arg(long)]
    no_instructions: bool,
    /// Where the programs are, as `cargo lambda build` or `sam build` leaves them. They are built
    /// unless given
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// The page that the tables are written into, between their markers; and a folder of that name beside
    /// it, for the plots
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Measures, prints what came of it, and fails where what is to be flat is not.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    let wanted = |axis: &&Axis| options.only.is_empty() || options.only.contains(axis);
    let axes: Vec<Axis> = Axis::ALL.iter().filter(wanted).copied().collect();
    let mut names: Vec<&str> = axes.iter().flat_map(|axis| axis.functions()).copied().collect();
    names.sort_unstable();
    names.dedup();
    eprintln!("setting everything up");
    let counts = !options.no_instructions;
    let bench = Bench::set(&names, options.functions.as_deref(), counts).await?;
    let mut faults = Vec::new();
    for axis in axes {
        let curve = Box::pin(axis.measure(&bench, &sizes(options, axis))).await?;
        let table = curve.markdown();
        println!("### {}\n\n{table}\n", curve.axis);
        if let Some(page) = &options.write {
            page::renew(page, curve.name, &table)?;
            draw(page, &curve)?;
        }
        faults.extend(curve.faults());
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem(format!("what is to be flat is not:\n{}", faults.join("\n"))))
}

/// The sizes of an axis, the smallest first.
fn sizes(options: &Options, axis: Axis) -> Vec<u32> {
    let most = axis.sizes().last().copied().unwrap_or_default();
    let mut sizes = options.sizes.clone();
    sizes.retain(|size| *size <= most);
    if sizes.is_empty() {
        sizes = axis.sizes().to_vec();
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// Draws it, in the page's folder of pictures.
fn draw(page: &Path, curve: &Curve) -> Result<(), Problem> {
    let folder = page.with_extension("");
    fs::create_dir_all(&folder).map_err(|error| Problem::new(folder.display(), error))?;
    let file = folder.join(curve.name).with_extension("svg");
    fs::write(&file, plot::svg(curve)).map_err(|error| Problem::new(file.display(), error))
}
