//! The envelope of the inbox and the watches.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{FORGED, faults, malformed, seen, wrong_type};
use crate::auth::Refusal;
use crate::failure::Failure;
use crate::http::body::BodyFault;
use crate::http::surface::InboxAndWatching;
use crate::http::violation::ViolationKind;

#[test]
fn inbox_and_watching_answer_with_a_message() {
    let message = |text: &str| json!({ "message": text });
    for refusal in [Refusal::NoCredential, FORGED, Refusal::ExpiredToken, Refusal::NoOrgUnit] {
        assert_eq!(seen::<InboxAndWatching>(refusal), (401, message("Unauthenticated.")));
    }
    let unauthorized = (403, message("This action is unauthorized."));
    assert_eq!(seen::<InboxAndWatching>(Refusal::PersonRequired), unauthorized);
    assert_eq!(seen::<InboxAndWatching>(Refusal::AdminRequired), unauthorized);
    for (fault, status) in
        [(malformed(), 400), (BodyFault::TooLarge, 413), (BodyFault::UnsupportedMediaType, 415)]
    {
        let expected = (status, message(&fault.to_string()));
        assert_eq!(seen::<InboxAndWatching>(fault), expected);
    }
    let server_error = (500, message("Server Error"));
    assert_eq!(seen::<InboxAndWatching>(Failure::Panicked), server_error);
}

#[test]
fn inbox_and_watching_list_messages_by_field_on_422() {
    let fault =
        faults([("notification_ids.3", wrong_type()), ("notify_mentions", ViolationKind::Missing)]);
    let expected = json!({
        "message": "The given data was invalid.",
        "errors": {
            "notification_ids.3": ["The notification_ids.3 field must be a boolean."],
            "notify_mentions": ["The notify_mentions field is required."],
        },
    });
    assert_eq!(seen::<InboxAndWatching>(fault), (422, expected));
}
