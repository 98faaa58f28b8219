//! Erases a person, when an operator asks for it.

use std::time::Duration;

use shared::app::App;
use shared::domain::subject::Subject;
use shared::erasures::{self, ErasureReport};
use shared::failure::Failure;

/// Erases a person, as far as the time goes: to be asked for again until it is done.
///
/// # Errors
///
/// A [`Failure`]; the person may then be erased in part, and asking again goes on.
pub async fn handle(app: &App, subject: Subject, time: Duration) -> Result<ErasureReport, Failure> {
    erasures::erase(app, &subject, time).await
}
