//! An answer that may be one that was given before.

use http::{HeaderName, HeaderValue};
use serde::Serialize;

use super::{Json, Outbound, Reply};
use crate::failure::Failure;

/// Says that an answer was given before.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// 200 with a JSON body, of a request that may be sent again.
#[derive(Debug)]
pub struct Replayable<T> {
    /// What is answered.
    pub body: T,
    /// Whether that is what the same request was answered before.
    pub is_replayed: bool,
}

impl<T: Serialize> Reply for Replayable<T> {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let mut outbound = Json(self.body).into_outbound()?;
        if self.is_replayed {
            outbound.headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(outbound)
    }
}
