//! What the service is about, free of HTTP, of DynamoDB, of the clock.

pub mod id;
pub mod lead_alert;
pub mod timestamp;
