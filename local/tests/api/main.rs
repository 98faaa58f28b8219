//! What the API promises, as tests: every answer through the endpoint, with real tokens, on a real engine.
//!
//! One module for each function, and `across` for what holds over all of them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that is surprised fails, and panicking is how"
)]

mod accept_bus_events;
mod across;
mod add_push_subscription;
mod create_api_key;
mod decide_delivery;
mod delete_notifications;
mod deliver_notifications;
mod dispatch_events;
mod erase_person;
mod export_person;
mod get_account_email;
mod get_issue_watch;
mod get_notification_prefs;
mod get_profile;
mod get_slack_identity_status;
mod ingest_events;
mod list_api_keys;
mod list_channel_preferences;
mod list_deliveries;
mod list_notifications;
mod list_push_subscriptions;
mod mark_notifications_read;
mod mark_notifications_unread;
mod patch_account_email;
mod put_channel_preference;
mod put_member_slack;
mod put_notification_prefs;
mod record_email_feedback;
mod remove_push_subscription;
mod revoke_api_key;
mod send_digests;
mod support;
mod sync_slack_identities;
mod toggle_issue_watch;
mod toggle_report_watch;
mod unsubscribe;
mod update_activity_preferences;
