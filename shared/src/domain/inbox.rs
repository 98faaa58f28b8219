//! A person's inbox: the notifications that reach them in the product itself.

mod notifiable;
mod notification_id;
mod notification_type;
mod page;
mod retention;
mod selection;
mod wording;

use std::fmt;

use jiff::Timestamp;

pub use notifiable::Notifiable;
pub use notification_id::NotificationId;
pub use notification_type::NotificationType;
pub use page::{InvalidPageLimit, Page, PageLimit, PageRequest, UnreadCount};
pub use retention::{InboxRetention, InvalidInboxRetention};
pub use selection::{InvalidSelection, Selection};
pub use wording::{named_actor, without_actor};

use super::id::UserId;
use super::text::shows_nothing;

/// What is put into someone's inbox.
#[derive(Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// What kind of thing happened.
    pub notification_type: NotificationType,
    /// What happened, in a sentence. It stays as it is, whatever people and issues are called later.
    pub message: String,
    /// Who did it, if a person did.
    pub actor: Option<UserId>,
    /// What it happened to.
    pub notifiable: Notifiable,
}

/// A notification as its owner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Notification {
    /// Which one it is, of that person's.
    pub id: NotificationId,
    /// What kind of thing happened.
    pub notification_type: NotificationType,
    /// What happened, in a sentence.
    pub message: String,
    /// When it was read, the first time since it was last unread.
    pub read_at: Option<Timestamp>,
    /// When it was put into the inbox.
    pub created_at: Timestamp,
    /// Who did it, as far as the directory knows them.
    pub actor: Option<Actor>,
    /// What it happened to.
    pub notifiable: Notifiable,
}

/// Whoever did what someone is notified of, as the directory has them today.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who they are.
    pub id: UserId,
    /// The first name; it may be empty.
    pub first_name: String,
    /// The last name; it may be empty.
    pub last_name: String,
    /// Where their picture is, if they have one.
    pub profile_picture: Option<String>,
}

impl Actor {
    /// What they are called, first name first; nothing, if there is nothing to see of either name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let names = [self.first_name.trim(), self.last_name.trim()];
        let name =
            names.into_iter().filter(|name| !shows_nothing(name)).collect::<Vec<_>>().join(" ");
        Some(name).filter(|name| !name.is_empty())
    }
}

/// A sentence names people, and what they wrote: nobody's business in a log.
impl fmt::Debug for NewNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewNotification({:?}, …)", self.notification_type)
    }
}

/// See [`NewNotification`]'s.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({:?}, {:?}, …)", self.id, self.notification_type)
    }
}

/// See [`NewNotification`]'s.
impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Actor(…)")
    }
}

#[cfg(test)]
mod tests;
