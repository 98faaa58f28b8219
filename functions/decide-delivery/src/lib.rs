//! `POST /v1/decisions`: how an event would reach people, and because of what.

use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::Platform;
use shared::http::surface::decisions::DecisionList;
use shared::http::{Inbound, Json};
use shared::store::StoreError;
use shared::telemetry::note_decision;

/// Decides how an event would reach some people, over each channel, and says because of what.
///
/// # Errors
///
/// 400 for a bad body, with every fault, or without an org unit, 401 without a good credential, 403
/// to a machine that may not ask, and to a person who may not ask about someone else, 413, 415, 503
/// while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<DecisionList>, Platform> {
    let caller = app.caller(&request).await?;
    let purview = caller.purview(Permission::DecisionsRead)?;
    let now = app.now();
    let question = request.question(&app.categories, now)?;
    let (event, asked) = (&question.event, &question.recipients);
    purview.require_all(asked.iter())?;
    let org_unit = caller.org_unit();
    let known = app.store.recipients(org_unit, asked.iter(), event, now).await?;
    let known = known.into_iter().map(|(user, known)| Ok::<_, StoreError>((user, known?)));
    let answers = question.answer(&known.collect::<Result<_, _>>()?, now);
    let decisions = answers.iter().flat_map(|answer| &answer.decisions);
    decisions.for_each(|(_, decision)| note_decision(decision.outcome));
    Ok(Json(answers.into()))
}
