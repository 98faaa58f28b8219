//! What Slack answers, as far as it is read.

use serde::Deserialize;

use crate::deliver::slack::{SlackUser, UsersPage};

/// The user who is Slack itself, in every workspace: no bot, as its record has it.
const SLACKBOT: &str = "USLACKBOT";

/// What every answer says.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub(super) ok: bool,
    pub(super) error: Option<String>,
}

pub(super) fn envelope(body: &[u8]) -> Option<Envelope> {
    serde_json::from_slice(body).ok()
}

#[derive(Deserialize)]
struct Users {
    members: Vec<Member>,
    response_metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Member {
    id: Option<String>,
    deleted: Option<bool>,
    is_bot: Option<bool>,
    is_workflow_bot: Option<bool>,
    /// Of another workspace, in a channel that both share: nobody whom a message of ours reaches.
    is_stranger: Option<bool>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    email: Option<String>,
}

/// A page of users, if the answer is one. Who has no user's id is passed over.
pub(super) fn users(body: &[u8]) -> Option<UsersPage> {
    let Users { members, response_metadata } = serde_json::from_slice(body).ok()?;
    let next = response_metadata.and_then(|metadata| metadata.next_cursor);
    let users = members.into_iter().filter_map(Member::into_user).collect();
    Some(UsersPage { users, next: next.filter(|cursor| !cursor.is_empty()) })
}

impl Member {
    fn into_user(self) -> Option<SlackUser> {
        let Self { id, deleted, is_bot, is_workflow_bot, is_stranger, profile } = self;
        let id = id?;
        let marks = [deleted, is_bot, is_workflow_bot, is_stranger];
        let is_active_person = !marks.contains(&Some(true)) && id != SLACKBOT;
        let email = profile.and_then(|profile| profile.email);
        let email = email.filter(|email| !email.is_empty());
        Some(SlackUser { id: id.parse().ok()?, email, is_active_person })
    }
}
