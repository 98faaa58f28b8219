//! What is asked of the data, type by type.

use pretty_assertions::assert_eq;

use super::*;
use crate::domain::lead_alert::LeadEvent;

const LEAD: EventType = EventType::Lead(LeadEvent::SurgeFired);

/// Every field of the value and of the objects within, as a pointer and as it is told.
fn fields(value: &Value, pointer: &str, path: &str) -> Vec<(String, String)> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let below = object.iter().flat_map(|(name, value)| {
        let here = (format!("{pointer}/{name}"), format!("{path}.{name}"));
        let within = fields(value, &here.0, &here.1);
        std::iter::once(here).chain(within)
    });
    below.collect()
}

#[test]
fn every_field_of_every_type_is_required_unless_it_is_optional() {
    for event_type in EventType::ALL {
        let data = examples::data(event_type);
        for (pointer, path) in fields(&data, "/data", "data") {
            let name = pointer.trim_start_matches("/data/");
            let told = faults(&changed(event_type, &pointer, None));
            if examples::optional(event_type).contains(&name) {
                assert_eq!(told, [""; 0], "{event_type} {path}");
            } else {
                assert_eq!(told, [format!("{path}: is required")], "{event_type}");
            }
        }
    }
}

#[test]
fn what_is_optional_may_be_null_and_so_may_the_owner_of_a_lead_and_nothing_else() {
    for event_type in EventType::ALL {
        let data = examples::data(event_type);
        for (pointer, path) in fields(&data, "/data", "data") {
            let name = pointer.trim_start_matches("/data/");
            let may = examples::optional(event_type).contains(&name)
                || (name == "owner" && matches!(event_type, EventType::Lead(_)));
            let told = faults(&changed(event_type, &pointer, Some(json!(null))));
            let wrong: Vec<&str> =
                told.iter().filter_map(|fault| fault.split(':').next()).collect();
            let expected = if may { vec![] } else { vec![path.as_str()] };
            assert_eq!(wrong, expected, "{event_type}");
        }
    }
}

#[test]
fn no_field_takes_a_value_of_another_type() {
    for event_type in EventType::ALL {
        let data = examples::data(event_type);
        for (pointer, path) in fields(&data, "/data", "data") {
            // Neither an array nor a boolean is right anywhere, but for lists and `confirmed`.
            let good = data.pointer(pointer.trim_start_matches("/data")).unwrap();
            let bad = if good.is_array() { json!({}) } else { json!([]) };
            let told = faults(&changed(event_type, &pointer, Some(bad)));
            assert_eq!(told.len(), 1, "{event_type} {path} {told:?}");
            assert!(told[0].starts_with(&format!("{path}: must be ")), "{told:?}");
        }
    }
}

#[test]
fn fields_that_nobody_knows_are_passed_over_at_any_depth() {
    for event_type in EventType::ALL {
        let mut event = changed(event_type, "/data/future", Some(json!({"a": null})));
        for (pointer, _) in fields(&examples::data(event_type), "/data", "data") {
            if let Some(object) = event.pointer_mut(&pointer).unwrap().as_object_mut() {
                object.insert("future".to_owned(), json!([1]));
            }
        }
        assert_eq!(faults(&event), [""; 0], "{event_type}");
    }
}

#[test]
fn each_text_is_held_to_its_limit() {
    use EventType::{
        AccountNotice, IssueCommented, IssueCreated, IssueLaneChanged, MemberUpserted, MessageSent,
        ReportCreated, TeamMemberAdded,
    };
    for (event_type, pointer, most) in [
        (LEAD, "/data/lead/name", 300),
        (LEAD, "/data/trigger/name", 300),
        (MessageSent, "/data/title", 300),
        (MessageSent, "/data/conversation", 300),
        (MessageSent, "/data/body", 4_000),
        (AccountNotice, "/data/subject", 300),
        (AccountNotice, "/data/text", 16 * 1024),
        (IssueCreated, "/data/project/name", 300),
        (IssueCreated, "/data/issue/title", 300),
        (IssueCommented, "/data/comment/text", 4_000),
        (IssueLaneChanged, "/data/lane/from", 300),
        (IssueLaneChanged, "/data/lane/to", 300),
        (TeamMemberAdded, "/data/team/name", 300),
        (ReportCreated, "/data/report/title", 300),
        (MemberUpserted, "/data/first_name", 300),
        (MemberUpserted, "/data/last_name", 300),
        (MemberUpserted, "/data/user", 128),
        (MemberUpserted, "/data/org_member_id", 128),
        (MemberUpserted, "/data/zoneinfo", 64),
    ] {
        let path = pointer.trim_start_matches('/').replace('/', ".");
        let with = |length| changed(event_type, pointer, Some(json!("a".repeat(length))));
        assert_eq!(faults(&with(most)), [""; 0], "{path}");
        let told = faults(&with(most + 1));
        assert!(told.len() == 1 && told[0].starts_with(&format!("{path}: m")), "{told:?}");
    }
}

#[test]
fn lists_of_people_are_held_to_their_limits_and_repeats_are_folded() {
    let people = |count: u64| Some(json!((0..count).collect::<Vec<u64>>()));
    let recipients = |count| changed(EventType::MessageSent, "/data/recipients", people(count));
    let mentions = |count| changed(EventType::IssueCommented, "/data/mentions", people(count));
    let some = ["data.recipients: must list 1 to 1,000 user ids"];
    assert_eq!(faults(&recipients(0)), some);
    assert_eq!(faults(&recipients(1_000)), [""; 0]);
    assert_eq!(faults(&recipients(1_001)), some);
    assert_eq!(faults(&mentions(0)), [""; 0]);
    assert_eq!(faults(&mentions(100)), [""; 0]);
    assert_eq!(faults(&mentions(101)), ["data.mentions: must list at most 100 user ids"]);

    let repeats = Some(json!([7, "bob", "7", "a", "bob", 7]));
    let event = changed(EventType::AccountNotice, "/data/recipients", repeats);
    let stored = serde_json::to_value(&read(&event).unwrap()[0]).unwrap();
    assert_eq!(stored["data"]["recipients"], json!(["7", "bob", "a"]));
    let wrong = Some(json!(["a", "a#b", "a", 1.5]));
    assert_eq!(
        faults(&changed(EventType::AccountNotice, "/data/recipients", wrong)),
        [
            "data.recipients[1]: may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -",
            "data.recipients[3]: must be a string or a whole number below 2^53",
        ]
    );
}

#[test]
fn a_category_is_one_of_the_deployments() {
    let with = |name| changed(EventType::MessageSent, "/data/category", Some(json!(name)));
    assert_eq!(faults(&with("system.broadcast")), [""; 0]);
    let close = "data.category: is not one of those allowed; did you mean chat.message?";
    assert_eq!(faults(&with("chat.messages")), [close]);
    assert!(faults(&with("chat.deleted"))[0].starts_with("data.category: must be one of agent."));
    let none =
        "data.category: may hold only a-z, 0-9, _ and dots between them, 64 characters at most";
    assert_eq!(faults(&with("Chat")), [none]);
    assert_eq!(faults(&with("")), [none]);
    // Only a message has one.
    let other = changed(EventType::IssueCreated, "/data/category", Some(json!("chat.deleted")));
    assert_eq!(faults(&other), [""; 0]);
}

#[test]
fn a_notice_is_about_one_of_the_four_toggles_or_about_security() {
    let with = |name| changed(EventType::AccountNotice, "/data/toggle", Some(json!(name)));
    for name in [
        "product_updates",
        "delivery_alerts",
        "billing_receipts",
        "weekly_usage_digest",
        "security_alerts",
    ] {
        assert_eq!(faults(&with(name)), [""; 0], "{name}");
    }
    let close = "data.toggle: is not one of those allowed; did you mean security_alerts?";
    assert_eq!(faults(&with("security_alert")), [close]);
    assert!(faults(&with("news"))[0].ends_with("weekly_usage_digest, security_alerts"));
}

#[test]
fn a_score_is_a_finite_number() {
    for number in [json!(0), json!(-7), json!(0.1), json!(u64::MAX), json!(1e308)] {
        assert_eq!(faults(&changed(LEAD, "/data/score", Some(number))), [""; 0]);
    }
    let rule = ["data.score: must be a finite number"];
    for other in [json!("7"), json!(true), json!({})] {
        assert_eq!(faults(&changed(LEAD, "/data/score", Some(other))), rule);
    }
    let event = changed(LEAD, "/data/score", None).to_string();
    let huge = event.replace("\"data\":{", "\"data\":{\"score\":1e999,");
    assert!(matches!(read_as(None, huge.as_bytes()), Err(BodyFault::Malformed(_))));
}

#[test]
fn an_empty_body_is_no_body() {
    let empty = changed(EventType::MessageSent, "/data/body", Some(json!("")));
    let without = changed(EventType::MessageSent, "/data/body", None);
    assert_eq!(read(&empty), read(&without));
}
