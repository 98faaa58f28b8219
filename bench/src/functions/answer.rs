//! What a function answers an invocation with.

use std::fmt;

use hyper::body::Bytes;
use local::problem::Problem;
use serde::Deserialize;

/// An answer.
pub(crate) enum Answer {
    /// What the function returned.
    Given(Bytes),
    /// That it failed, and why.
    Failed(Bytes),
}

/// What an answer to a request has, and what an answer of a worker has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    #[serde(default)]
    status_code: Option<u16>,
    #[serde(default)]
    batch_item_failures: Vec<serde_json::Value>,
}

impl Answer {
    /// Whether the function did what it was asked to: what goes wrong takes another time than what
    /// goes right.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let refused = || Problem::new("the function did not do as it was asked", self);
        let Self::Given(payload) = self else { return Err(refused()) };
        // A function at the bus answers nothing at all.
        let outcome: Option<Outcome> =
            serde_json::from_slice(payload).map_err(|error| Problem::new(refused(), error))?;
        let Some(Outcome { status_code, batch_item_failures }) = outcome else { return Ok(()) };
        let is_done = status_code.is_none_or(|status| (200..300).contains(&status));
        if is_done && batch_item_failures.is_empty() { Ok(()) } else { Err(refused()) }
    }

    /// What it says.
    pub(crate) fn payload(&self) -> &[u8] {
        let (Self::Given(payload) | Self::Failed(payload)) = self;
        payload
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.payload()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_or_fails_is_no_measurement() {
        let given = |text: &'static str| Answer::Given(Bytes::from_static(text.as_bytes()));
        for good in [r#"{"statusCode":204}"#, r#"{"batchItemFailures":[]}"#, "null"] {
            assert!(given(good).check().is_ok(), "{good}");
        }
        let failures = r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#;
        for bad in [r#"{"statusCode":401}"#, r#"{"statusCode":503}"#, failures, "<html>"] {
            assert!(given(bad).check().is_err(), "{bad}");
        }
        assert!(Answer::Failed(Bytes::from_static(b"{}")).check().is_err());
    }
}
