//! Problem details, of the lead alerts and of the platform.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{FORGED, ID, faults, say, seen, unknown};
use crate::auth::{Permission, Refusal};
use crate::http::surface::{LeadAlerts, Platform};
use crate::http::violation::ViolationKind;

#[test]
fn lead_alerts_and_platform_answer_with_problem_details() {
    let fault = || faults([("prefs.1.event_type", ViolationKind::Missing), ("x", unknown())]);
    let expected = json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "the body has fields that are wrong",
        "instance": format!("/requests/{ID}"),
        "errors": [
            { "path": "prefs[1].event_type", "detail": "is required" },
            { "path": "x", "detail": "is not a known field; the fields are email" },
        ],
    });
    assert_eq!(seen::<LeadAlerts>(fault()), (400, expected.clone()));
    assert_eq!(seen::<Platform>(fault()), (400, expected));
    assert_eq!(say::<LeadAlerts>(fault()).content_type, "application/problem+json");
}

#[test]
fn problem_details_have_the_status_that_each_surface_gives_a_refusal() {
    for (failure, lead_alerts, platform) in [
        (Refusal::NoCredential, 401, 401),
        (FORGED, 401, 401),
        (Refusal::ExpiredToken, 401, 401),
        (Refusal::RevokedApiKey, 401, 401),
        (Refusal::ExpiredApiKey, 401, 401),
        (Refusal::NoOrgUnit, 400, 400),
        (Refusal::PersonRequired, 401, 403),
        (Refusal::AdminRequired, 403, 403),
        (Refusal::PermissionRequired(Permission::EventsWrite), 403, 403),
    ] {
        assert_eq!(say::<LeadAlerts>(failure).status, lead_alerts, "{failure:?}");
        assert_eq!(say::<Platform>(failure).status, platform, "{failure:?}");
    }
}
