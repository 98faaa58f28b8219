//! What functions do that ask Slack, or say who is who there.

use local::faults::Plan;
use serde_json::json;

use crate::ingest_events::upserted;
use crate::support::rights::Right;
use crate::support::slack::{connect_slack, slack_user};
use crate::support::watching::tell;
use crate::support::{Api, recorded};

/// The recorded request, where it finds someone to map.
pub(super) async fn map_someone(api: &Api, function: &str) {
    tell(api, "acme", &upserted("e-1", "some-org-member-id", "7", true)).await;
    connect_slack(api, "acme", [slack_user("7")]);
    api.queue_faults.set(Plan::default());
    api.faults.set(Plan::default());
    let answer = api.replay(function, &recorded(function)).await.expect("an answer");
    assert_eq!(answer.status(), 200, "{function}");
}

/// To read the tokens of all org units, if one was read.
pub(super) fn right_to_tokens(api: &Api) -> Option<Right> {
    let place = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:";
    let tokens = json!({ "Fn::Sub": format!("{place}${{AWS::StackName}}/slack/*") });
    let right = ("secretsmanager:GetSecretValue".to_owned(), tokens.to_string());
    (api.slack_tokens.fetches() > 0).then_some(right)
}
