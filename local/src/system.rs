//! The functions, and what invokes them.

use std::rc::Rc;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use shared::app::{App, Clock};
use shared::config::Config;
use shared::telemetry::Log;

use crate::bus::Bus;
use crate::environment::{DISPATCH_QUEUE, queue_url};
use crate::functions;
use crate::gateway::Gateway;
use crate::problem::Problem;
use crate::pump::Pump;
use crate::queue::LocalQueue;
use crate::template::Template;

/// The functions, and what invokes them.
pub struct System {
    /// For requests.
    pub gateway: Gateway,
    /// For events of other systems.
    pub bus: Bus,
    /// For messages of the queue that accepted events wait in.
    pub pump: Pump,
}

impl System {
    /// Everything in the template around one app. The queue is the one that the app puts messages
    /// into, directly or behind faults.
    ///
    /// # Errors
    ///
    /// [`Problem`], if a function of the template has no handler for its trigger, or a handler no
    /// function.
    pub fn new(template: &Template, app: Rc<App>, queue: LocalQueue) -> Result<Self, Problem> {
        functions::check_against(template)?;
        let pump = Pump::new(template, DISPATCH_QUEUE, Rc::clone(&app), queue.clone())?;
        let bus = Bus::new(template, Rc::clone(&app), queue)?;
        Ok(Self { gateway: Gateway::new(template, app), bus, pump })
    }
}

/// Opens the queue that accepted events wait in, with the rules of the template.
///
/// # Errors
///
/// [`Problem`], if the variables of the template do not name that queue and its dead letters, or
/// the engine does not answer.
pub async fn open_dispatch_queue(
    template: &Template,
    config: &Config,
    engine: Client,
    clock: Arc<dyn Clock>,
    log: Arc<dyn Log>,
) -> Result<LocalQueue, Problem> {
    let incomplete =
        |error: &dyn std::fmt::Display| Problem::new("template.yaml is incomplete", error);
    let configured = config.dispatch_queue.as_ref().map_err(|error| incomplete(error))?;
    let rules = template.queues.get(DISPATCH_QUEUE);
    let rules = rules.ok_or_else(|| incomplete(&format_args!("{DISPATCH_QUEUE} is missing")))?;
    let urls = [queue_url(DISPATCH_QUEUE), queue_url(&rules.dead_letters)];
    if urls != [configured.url.as_str(), configured.dead_letter_url.as_str()] {
        let what = format!("the URLs of {DISPATCH_QUEUE} and of its dead letters are mixed up");
        return Err(incomplete(&what));
    }
    LocalQueue::open(engine, "dispatch", rules.clone(), clock, log).await
}
