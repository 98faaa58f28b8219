//! What raises an alarm, by `template.yaml`.

use local::yaml;
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::deliver::slack::SlackError;

#[test]
fn a_slack_token_that_is_refused_raises_an_alarm() {
    let template = yaml::parse(include_str!("../../../../template.yaml")).expect("YAML");
    let properties = |name: &str| &template["Resources"][name]["Properties"];
    let refused = SlackError::TokenRefused { code: "invalid_auth".to_owned() };
    let errors = [refused, SlackError::NoToken, SlackError::NotConfigured];
    let terms = errors.map(|error| format!("?\"{}\"", error.kind()));
    let alarm = properties("RefusedSlackTokensAlarm");
    for (filter, log_group, terms) in [
        ("RefusedSlackTokens", "DeliverNotificationsLogGroup", &terms[..]),
        // An admin is told when there is none.
        ("SlackTokensRefusedInSyncs", "SyncSlackIdentitiesLogGroup", &terms[..2]),
    ] {
        let filter = properties(filter);
        assert_eq!(filter["LogGroupName"], json!({ "Ref": log_group }));
        assert_eq!(filter["FilterPattern"], terms.join(" "));
        let counted = &filter["MetricTransformations"][0];
        assert_eq!(alarm["MetricName"], counted["MetricName"]);
        assert_eq!(alarm["Namespace"], counted["MetricNamespace"]);
    }
}
