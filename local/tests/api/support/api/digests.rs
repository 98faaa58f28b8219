//! Digests as they fall due.

use local::pump::Pumped;

use super::Api;

impl Api {
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
