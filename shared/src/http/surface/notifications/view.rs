//! A notification on the wire. What people wrote is in it as text: none of these types can be printed
//! for a log.

use serde::Serialize;

use crate::domain::inbox::{Actor, Notifiable, Notification};
use crate::domain::timestamp::to_rfc3339;
use crate::http::surface::id_view::IdView;

/// A notification as its owner sees it.
#[derive(Serialize)]
pub struct NotificationView {
    id: u64,
    #[serde(rename = "type")]
    notification_type: u8,
    message: String,
    read_at: Option<String>,
    created_at: String,
    actor: Option<ActorView>,
    notifiable: NotifiableView,
}

#[derive(Serialize)]
struct ActorView {
    id: IdView,
    first_name: String,
    last_name: String,
    profile_picture: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum NotifiableView {
    Issue { id: IdView, key: String, title: String, project_id: IdView },
    Project { id: IdView, name: String },
    Team { id: IdView, name: String },
    Message { category: String, body: Option<String>, conversation: Option<String> },
}

impl From<Notification> for NotificationView {
    fn from(notification: Notification) -> Self {
        let Notification { id, notification_type, message, read_at, created_at, actor, notifiable } =
            notification;
        Self {
            id: id.as_u64(),
            notification_type: notification_type.number(),
            message,
            read_at: read_at.map(to_rfc3339),
            created_at: to_rfc3339(created_at),
            actor: actor.map(ActorView::from),
            notifiable: notifiable.into(),
        }
    }
}

impl From<Actor> for ActorView {
    fn from(Actor { id, first_name, last_name, profile_picture }: Actor) -> Self {
        Self { id: IdView::from(&id), first_name, last_name, profile_picture }
    }
}

impl From<Notifiable> for NotifiableView {
    fn from(notifiable: Notifiable) -> Self {
        match notifiable {
            Notifiable::Issue { id, key, title, project } => Self::Issue {
                id: IdView::from(&id),
                key: key.as_str().to_owned(),
                title: title.as_str().to_owned(),
                project_id: IdView::from(&project),
            },
            Notifiable::Project { id, name } => {
                Self::Project { id: IdView::from(&id), name: name.as_str().to_owned() }
            }
            Notifiable::Team { id, name } => {
                Self::Team { id: IdView::from(&id), name: name.as_str().to_owned() }
            }
            Notifiable::Message { category, body, conversation } => Self::Message {
                category: category.as_str().to_owned(),
                body: body.map(|body| body.as_str().to_owned()),
                conversation: conversation.map(|conversation| conversation.as_str().to_owned()),
            },
        }
    }
}
