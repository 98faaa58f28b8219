//! The dialects: each surface says the same failures in its own envelope.

pub mod account_email;
pub mod api_keys;
pub mod channel_preferences;
pub mod decisions;
pub mod deliveries;
pub mod events;
mod id_view;
mod inbox;
pub mod lead_alerts;
pub mod notifications;
mod person_export;
mod problem;
pub mod profile;
pub mod push_subscriptions;
pub mod unsubscribe;
pub mod watches;

pub use account_email::AccountEmail;
pub use channel_preferences::ChannelPreferences;
pub use inbox::InboxAndWatching;
pub use lead_alerts::LeadAlerts;
pub use person_export::PersonExport;
pub use problem::Platform;
pub use unsubscribe::UnsubscribePages;

use super::{Outbound, RequestId};
use crate::failure::Failure;

/// The error type of a surface's handlers: a [`Failure`] that knows how to be said there.
pub trait Surface: From<Failure> {
    /// What went wrong.
    fn failure(&self) -> &Failure;

    /// Says it to the caller, with nothing of the inside.
    fn render(&self, request_id: &RequestId) -> Outbound;
}

#[cfg(test)]
mod tests;
