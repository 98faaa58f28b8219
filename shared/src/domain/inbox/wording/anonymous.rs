//! What is left of what is said in an inbox when whoever did it is erased.

use super::UNKNOWN_ACTOR;
use crate::domain::inbox::{Notifiable, NotificationType};

/// The sentence without the name of whoever did it, which it begins with; a message speaks for itself. What
/// begins in no way that is known says as little as may be.
#[must_use]
pub fn without_actor(
    message: &str,
    notification_type: NotificationType,
    notifiable: &Notifiable,
) -> String {
    let about = match notifiable {
        Notifiable::Issue { title, .. } => title.as_str(),
        Notifiable::Project { name, .. } | Notifiable::Team { name, .. } => name.as_str(),
        Notifiable::Message { .. } => return message.to_owned(),
    };
    let did = match notification_type {
        NotificationType::Assignment => {
            vec![format!(" assigned \"{about}\" to "), format!(" unassigned you from \"{about}\"")]
        }
        NotificationType::Comment => vec![format!(" commented on \"{about}\"")],
        NotificationType::Mention => vec![format!(" mentioned you in \"{about}\"")],
        NotificationType::LaneChange => vec![format!(" moved \"{about}\" to ")],
        NotificationType::ProjectMembership => vec![format!(" added you to project \"{about}\"")],
        NotificationType::TeamMembership => vec![format!(" added you to team \"{about}\"")],
        NotificationType::ReportCreated => vec![" created report \"".to_owned()],
        NotificationType::Message => return message.to_owned(),
    };
    // The last place that may be it: a name may hold anything, and nothing of it may stay.
    let place = did.iter().filter_map(|did| message.rfind(did)).max();
    match place.and_then(|place| message.get(place..)) {
        Some(rest) => format!("{UNKNOWN_ACTOR}{rest}"),
        None => format!("{UNKNOWN_ACTOR} did something in \"{about}\""),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::decision::{Concern, Standing};
    use crate::domain::event::{EventType, examples};
    use crate::domain::inbox::{Actor, NewNotification};

    proptest! {
        #[test]
        fn a_sentence_without_its_actor_is_the_one_of_nobody(name in "[A-Za-z\" ]{1,30}") {
            for event in EventType::ALL.map(examples::event) {
                let standing = Standing { is_watching: true, ..Standing::default() };
                for user in event.people() {
                    let Ok(concern) = Concern::of(&event, user, &standing) else { continue };
                    let actor = Actor {
                        id: user.clone(),
                        first_name: name.clone(),
                        last_name: "Doe".to_owned(),
                        profile_picture: None,
                    };
                    let about = |actor| NewNotification::about(&event, concern, actor);
                    let (Some(named), Some(unnamed)) = (about(Some(&actor)), about(None)) else {
                        continue;
                    };
                    let NewNotification { notification_type, message, notifiable, .. } = named;
                    let left = without_actor(&message, notification_type, &notifiable);
                    prop_assert_eq!(left, unnamed.message);
                }
            }
        }
    }

    #[test]
    fn of_a_sentence_in_other_words_nothing_is_left_but_what_it_is_about() {
        let notifiable = Notifiable::Team {
            id: "1".parse().unwrap(),
            name: serde_json::from_str("\"Core\"").unwrap(),
        };
        let left =
            without_actor("Core: joined by Jane", NotificationType::TeamMembership, &notifiable);
        assert_eq!(left, "Someone did something in \"Core\"");
    }
}
