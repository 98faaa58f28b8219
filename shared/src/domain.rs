//! What the service is about, free of HTTP, of DynamoDB, of the clock.

pub mod account_email;
pub mod activity;
pub mod api_key;
pub mod channel_preference;
pub mod decision;
pub mod delivery;
pub mod digest;
pub mod event;
pub mod feedback;
mod form;
pub mod id;
pub mod identity_status;
pub mod inbox;
pub mod lead_alert;
pub mod permission;
pub mod profile;
pub mod push;
pub mod repeat;
pub mod slack;
pub mod subject;
pub mod text;
pub mod timestamp;
pub mod unsubscribing;
pub mod watch;
