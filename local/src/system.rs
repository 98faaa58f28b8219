//! The functions, and what invokes them.

use std::rc::Rc;

use futures_util::future::join4;
use shared::app::App;

use crate::bus::Bus;
use crate::functions;
use crate::gateway::Gateway;
use crate::operators::Operators;
use crate::problem::Problem;
use crate::pump::Pump;
use crate::queues::{self, Queues};
use crate::schedules::Schedules;
use crate::template::Template;

/// The functions, and what invokes them.
pub struct System {
    /// For requests.
    pub gateway: Gateway,
    /// For events of other systems.
    pub bus: Bus,
    /// For messages.
    pub pumps: Pumps,
    /// For the time.
    pub schedules: Schedules,
    /// For operators.
    pub operators: Operators,
}

/// Between each queue and its worker.
pub struct Pumps {
    /// For accepted events.
    pub dispatch: Pump,
    /// For notifications.
    pub delivery: Pump,
    /// For digests.
    pub digest: Pump,
    /// For what came back of emails.
    pub feedback: Pump,
}

impl System {
    /// Everything in the template around one app. The queues are those that the app puts messages
    /// into, directly or behind faults.
    ///
    /// # Errors
    ///
    /// [`Problem`], if a function of the template has no handler for its trigger, or a handler no
    /// function.
    pub fn new(template: &Template, app: Rc<App>, queues: &Queues) -> Result<Self, Problem> {
        functions::check_against(template)?;
        let Queues { dispatch, delivery, digest, feedback } = queues.clone();
        let pump = |name, queue| Pump::new(template, name, Rc::clone(&app), queue);
        let pumps = Pumps {
            dispatch: pump(queues::DISPATCH, dispatch)?,
            delivery: pump(queues::DELIVERY, delivery)?,
            digest: pump(queues::DIGEST, digest)?,
            feedback: pump(queues::FEEDBACK, feedback)?,
        };
        let bus = Bus::new(template, Rc::clone(&app), queues)?;
        let schedules = Schedules::new(template, Rc::clone(&app))?;
        let operators = Operators::new(template, Rc::clone(&app))?;
        Ok(Self { gateway: Gateway::new(template, app), bus, pumps, schedules, operators })
    }
}

impl Pumps {
    /// Go on until all of `stop` resolve, and then to the end of the batches under way.
    pub async fn run<S: Future<Output = ()>>(&self, stop: [S; 4]) {
        let Self { dispatch, delivery, digest, feedback } = self;
        let [stop_dispatch, stop_delivery, stop_digest, stop_feedback] = stop;
        join4(
            dispatch.run(stop_dispatch),
            delivery.run(stop_delivery),
            digest.run(stop_digest),
            feedback.run(stop_feedback),
        )
        .await;
    }
}
