//! From a handler to a running function; and to a test, or the local system, calling it.

mod answer;
mod bus;
mod consume;
pub(crate) mod envelope;
mod function;
mod lambda;
mod operator;
mod tick;
mod work;

use std::borrow::Cow;
use std::time::Duration;

pub use answer::answer;
pub use bus::{BusEvent, Undone, take_bus_event};
pub use consume::{
    BatchAnswer, Job, QueueAttributes, QueueBatch, QueueRecord, Unreadable, consume_batch,
};
pub use function::{
    Boot, Bus, Consumer, Function, Http, Operator, Ready, Scheduled, Ticker, TickerAnswer, bus,
    consume, http, operator, tick,
};
pub use lambda::app;
pub use operator::answer_operator;
pub use tick::{Tick, take_tick};

/// What Lambda says of one invocation.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Lambda's own id of it.
    pub id: String,
    /// The name of the function, as in `functions/`. Lambda's own name for it holds the stack's.
    pub function: Cow<'static, str>,
    /// How long it may still take before it is killed.
    pub remaining: Duration,
}
