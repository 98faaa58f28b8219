//! `PUT /members/{org_member_id}/slack`: who a member is at Slack, as an admin says.

use shared::app::App;
use shared::domain::id::OrgMemberId;
use shared::failure::Failure;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::MemberSlackBody;
use shared::http::{Inbound, Status};

/// Maps a member of the caller's org unit to a Slack user, or to none, whatever a sync would say.
///
/// # Errors
///
/// 400 for a bad body or without an org unit, 401 without a person's token, 403 for anyone but an
/// admin, 404 if the org unit has no such member, 413, 415, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Status, LeadAlerts> {
    let person = app.person(&request).await?;
    let admin = person.require_admin()?;
    let slack_user = request.json::<MemberSlackBody>()?.into_slack_user();
    let member = OrgMemberId::parse(request.path_parameter("org_member_id"))
        .map_err(|_no_id| Failure::NotFound)?;
    if !app.store.put_slack_user(admin, &member, slack_user.as_ref()).await? {
        return Err(Failure::NotFound.into());
    }
    Ok(Status::OK)
}
