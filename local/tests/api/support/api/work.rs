//! Having workers do what waits for them.

use jiff::Timestamp;
use local::pump::Pumped;

use super::Api;

impl Api {
    /// The time of the clock, as events say it.
    pub(crate) fn timestamp(&self) -> String {
        Timestamp::from_second(self.clock.seconds()).expect("an instant").to_string()
    }

    /// Hands messages to the worker until none is visible.
    pub(crate) async fn dispatch(&self) -> Pumped {
        self.pump.drain().await
    }

    /// Hands notifications to their worker until none is visible.
    pub(crate) async fn deliver(&self) -> Pumped {
        self.delivery.drain().await
    }

    /// Hands what came back of emails to its worker until none of it is visible.
    pub(crate) async fn record_feedback(&self) -> Pumped {
        self.feedback.drain().await
    }

    /// Has what is due at that instant put into the queue.
    pub(crate) async fn tick(&self, at: &str) {
        let ticked = self.schedules.tick(at.parse().expect("an instant")).await;
        assert!(ticked.values().all(Result::is_ok), "{ticked:?}");
    }

    /// Hands digests to their worker until none is visible.
    pub(crate) async fn send_digests(&self) -> Pumped {
        self.digest.drain().await
    }
}
