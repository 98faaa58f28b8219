use serde_json::{Value, json};

use super::*;

fn event(event_type: &str, name: &str, said: Value) -> Value {
    json!({
        "version": "0",
        "id": "12345678-1234-1234-1234-123456789012",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2026-03-13T14:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ses:us-east-1:123456789012:configuration-set/acme"],
        "detail": {
            "eventType": event_type,
            "mail": {
                "timestamp": "2026-03-13T13:59:00.000Z",
                "messageId": "EXAMPLE7c191be45",
                "destination": ["jane@example.com"],
                // `acme` and `a|b`.
                "tags": { "ses:configuration-set": ["x"], "org_unit": ["YWNtZQ"], "user": ["YXxi"] },
            },
            name: said,
        },
    })
}

fn bounce(bounce_type: &str, address: &str) -> Value {
    let recipients = json!([{ "emailAddress": address, "action": "failed", "status": "5.1.1" }]);
    let said = json!({
        "bounceType": bounce_type, "bounceSubType": "General", "bouncedRecipients": recipients,
        "timestamp": "2026-03-13T14:00:00.000Z",
    });
    event("Bounce", "bounce", said)
}

fn complaint(feedback_type: Value) -> Value {
    let recipients = json!([{ "emailAddress": "jane@example.com" }]);
    let said = json!({
        "complainedRecipients": recipients, "complaintFeedbackType": feedback_type,
        "timestamp": "2026-03-13T14:00:00.000Z",
    });
    event("Complaint", "complaint", said)
}

fn jane(reason: WhyUndeliverable) -> Result<Option<Feedback>, Unreadable> {
    Ok(Some(Feedback {
        org_unit: OrgUnitId::parse("acme").unwrap(),
        user: UserId::parse("a|b").unwrap(),
        addresses: vec![AddressDigest::of("jane@example.com")],
        reason,
    }))
}

fn read_json(event: &Value) -> Result<Option<Feedback>, Unreadable> {
    read(&event.to_string())
}

#[test]
fn a_permanent_bounce_names_the_address_whatever_stands_beside_it() {
    for address in [
        "jane@example.com",
        "JANE@Example.COM",
        "Jane Doe <Jane@example.com>",
        " <jane@example.com> ",
    ] {
        let said = read_json(&bounce("Permanent", address));
        assert_eq!(said, jane(WhyUndeliverable::Bounce), "{address}");
    }
}

#[test]
fn a_complaint_counts_unless_it_is_none() {
    for feedback_type in [json!("abuse"), json!("other"), Value::Null] {
        assert_eq!(read_json(&complaint(feedback_type)), jane(WhyUndeliverable::Complaint));
    }
    assert_eq!(read_json(&complaint(json!("not-spam"))), Ok(None));
}

#[test]
fn of_what_passes_of_what_went_well_and_of_others_emails_nothing_follows() {
    let mut nobodys = bounce("Permanent", "jane@example.com");
    nobodys["detail"]["mail"]["tags"] = json!({ "user": ["7"] });
    let mut untagged = bounce("Permanent", "jane@example.com");
    untagged["detail"]["mail"].as_object_mut().unwrap().remove("tags");
    let delivery = event("Delivery", "delivery", json!({ "recipients": ["jane@example.com"] }));
    let open = event("Open", "open", json!({}));
    let (transient, unknown) = (bounce("Transient", "x@x"), bounce("Undetermined", "x@x"));
    for event in [nobodys, untagged, delivery, open, transient, unknown] {
        assert_eq!(read_json(&event), Ok(None), "{event}");
    }
}

#[test]
fn what_nobody_can_read_is_no_event_of_an_email() {
    let good = bounce("Permanent", "jane@example.com");
    for (pointer, value) in [
        ("/source", json!("aws.s3")),
        ("/detail", json!({})),
        ("/detail/eventType", json!("Complaint")),
        ("/detail/bounce", json!("hush")),
        ("/detail/bounce/bouncedRecipients", json!(["jane@example.com"])),
        ("/detail/mail/tags/org_unit", json!(["acme!"])),
        ("/detail/mail/tags/org_unit", json!(["IyM"])),
        ("/detail/mail/tags/user", json!(["YXxi", "YXxi"])),
        ("/detail/mail/tags/user", json!(["/w"])),
    ] {
        let mut event = good.clone();
        *event.pointer_mut(pointer).unwrap() = value;
        assert_eq!(read_json(&event), Err(Unreadable::Malformed), "{event}");
    }
    for text in ["", "null", "[]", "hush"] {
        assert_eq!(read(text), Err(Unreadable::Malformed), "{text}");
    }
}
