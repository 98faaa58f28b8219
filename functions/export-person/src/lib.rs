//! Exports what is kept of a person, when an operator asks for it.

use std::time::Duration;

use shared::app::App;
use shared::export::{self, ExportRequest};
use shared::failure::Failure;
use shared::http::surface::PersonExport;

/// Exports what is kept of a person, as much as an answer holds: to be asked for again with `next`, until that
/// is null.
///
/// # Errors
///
/// A [`Failure`]; asking again is safe.
pub async fn handle(
    app: &App,
    request: ExportRequest,
    time: Duration,
) -> Result<PersonExport, Failure> {
    export::export(app, &request, time).await
}
