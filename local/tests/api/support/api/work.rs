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
        let work = Box::pin(self.pump.drain());
        self.at_work.hold_to_rights("dispatch-events", &self.faults, work).await
    }

    /// Hands notifications to their worker until none is visible.
    pub(crate) async fn deliver(&self) -> Pumped {
        let work = Box::pin(self.delivery.drain());
        self.at_work.hold_to_rights("deliver-notifications", &self.faults, work).await
    }

    /// Hands what came back of emails to its worker until none of it is visible.
    pub(crate) async fn record_feedback(&self) -> Pumped {
        let work = Box::pin(self.feedback.drain());
        self.at_work.hold_to_rights("record-email-feedback", &self.faults, work).await
    }

    /// Has what is due at that instant put into the queue.
    pub(crate) async fn tick(&self, at: &str) {
        let tick = Box::pin(self.schedules.tick(at.parse().expect("an instant")));
        let ticked = self.at_work.hold_to_rights("send-digests", &self.faults, tick).await;
        assert!(ticked.values().all(Result::is_ok), "{ticked:?}");
    }

    /// Hands digests to their worker until none is visible.
    pub(crate) async fn send_digests(&self) -> Pumped {
        let work = Box::pin(self.digest.drain());
        self.at_work.hold_to_rights("send-digests", &self.faults, work).await
    }

    /// Waits until whoever works has died of a fault that they are to die of.
    pub(crate) async fn death(&self) {
        tokio::select! {
            () = self.faults.death() => {}
            () = self.email_faults.death() => {}
            () = self.queue_faults.death() => {}
            () = self.delivery_faults.death() => {}
            () = self.digest_faults.death() => {}
        }
    }
}
