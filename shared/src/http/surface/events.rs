//! What the way in for events answers. What comes in is `http::cloud_event`'s business.

use serde::Serialize;

/// The answer of `POST /v1/events`.
#[derive(Debug, Serialize)]
pub struct EventsAccepted {
    accepted: usize,
}

impl EventsAccepted {
    /// So many events were sent, repeated ones too, and all are durable.
    #[must_use]
    pub fn new(accepted: usize) -> Self {
        Self { accepted }
    }
}
