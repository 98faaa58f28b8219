//! Every queue of the template that someone works at.

use std::fmt::Display;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use shared::app::Clock;
use shared::config::{Config, ConfigError, QueueConfig};
use shared::deliver::Ports;
use shared::telemetry::Log;

use crate::environment::queue_url;
use crate::problem::Problem;
use crate::queue::LocalQueue;
use crate::template::Template;

/// The queue that accepted events wait in, by its logical id.
pub const DISPATCH: &str = "DispatchQueue";

/// The queue that notifications wait in to be delivered.
pub const DELIVERY: &str = "DeliveryQueue";

/// The queue that digests wait in that are due.
pub const DIGEST: &str = "DigestQueue";

/// The queue that it waits in to be recorded what came back of emails.
pub const FEEDBACK: &str = "FeedbackQueue";

/// The queues.
#[derive(Clone)]
pub struct Queues {
    /// What accepted events wait in.
    pub dispatch: LocalQueue,
    /// What notifications wait in.
    pub delivery: LocalQueue,
    /// What digests wait in.
    pub digest: LocalQueue,
    /// What came back of emails waits in.
    pub feedback: LocalQueue,
}

impl Queues {
    /// Opens them, with the rules of the template.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the variables of the template do not name a queue and its dead letters, or the
    /// engine does not answer.
    pub async fn open(
        template: &Template,
        config: &Config,
        engine: &Client,
        clock: &Arc<dyn Clock>,
        log: &Arc<dyn Log>,
    ) -> Result<Self, Problem> {
        let open = async |logical_id: &str, configured| {
            let rules = template.queues.get(logical_id);
            let rules = rules.ok_or_else(|| incomplete(&format!("{logical_id} is missing")))?;
            check(logical_id, &rules.dead_letters, configured)?;
            let name = logical_id.trim_end_matches("Queue").to_lowercase();
            let (engine, clock, log) = (engine.clone(), Arc::clone(clock), Arc::clone(log));
            LocalQueue::open(engine, &name, rules.clone(), clock, log).await
        };
        Ok(Self {
            dispatch: open(DISPATCH, &config.dispatch_queue).await?,
            delivery: open(DELIVERY, &config.delivery_queue).await?,
            digest: open(DIGEST, &config.digest_queue).await?,
            feedback: open(FEEDBACK, &config.feedback_queue).await?,
        })
    }

    /// The ports of an app that puts messages straight into them.
    #[must_use]
    pub fn ports(&self) -> Ports {
        let Self { dispatch, delivery, digest, feedback } = self.clone();
        Ports {
            dispatch_queue: Arc::new(dispatch),
            delivery_queue: Arc::new(delivery),
            digest_queue: Arc::new(digest),
            feedback_queue: Arc::new(feedback),
            ..Ports::default()
        }
    }
}

/// Whether the variables name that queue and its dead letters.
fn check(
    logical_id: &str,
    dead_letters: &str,
    configured: &Result<QueueConfig, ConfigError>,
) -> Result<(), Problem> {
    let configured = configured.as_ref().map_err(|error| incomplete(error))?;
    let urls = [queue_url(logical_id), queue_url(dead_letters)];
    if urls != [configured.url.as_str(), configured.dead_letter_url.as_str()] {
        let what = format!("the URLs of {logical_id} and of its dead letters are mixed up");
        return Err(incomplete(&what));
    }
    Ok(())
}

fn incomplete(error: &dyn Display) -> Problem {
    Problem::new("template.yaml is incomplete", error)
}
