//! What is left of an event when someone whom it names is erased.

use super::{
    AccountNotice, Event, IssueAssignment, IssueCommented, IssueMoved, MessageSent, Occurrence,
    ProjectCreated, ProjectMembership, ReportCreated, TeamMembership,
};
use crate::domain::id::UserId;

impl Event {
    /// The event as others are still told of it: without that person. Whoever did it is nobody then.
    /// Nothing, where nobody else is told of it.
    ///
    /// What the person wrote to others stays as it was written: it is theirs.
    #[must_use]
    pub fn without(&self, person: &UserId) -> Option<Self> {
        let occurrence = self.occurrence.without(person)?;
        Some(Self { occurrence, ..self.clone() })
    }
}

impl Occurrence {
    fn without(&self, person: &UserId) -> Option<Self> {
        let unless_theirs = |user: &UserId| (user != person).then_some(());
        let actor = |actor: &UserId| {
            if actor == person { UserId::nobody() } else { actor.clone() }
        };
        match self.clone() {
            // They tell their owner, and nobody else.
            Self::Lead(kind, alert) => match &alert.owner {
                Some(owner) => unless_theirs(owner).map(|()| Self::Lead(kind, alert)),
                None => Some(Self::Lead(kind, alert)),
            },
            Self::MessageSent(message) => Some(Self::MessageSent(MessageSent {
                recipients: message.recipients.without(person)?,
                actor: message.actor.filter(|actor| actor != person),
                ..message
            })),
            Self::AccountNotice(notice) => Some(Self::AccountNotice(AccountNotice {
                recipients: notice.recipients.without(person)?,
                ..notice
            })),
            Self::IssueCreated(created) => {
                unless_theirs(&created.actor).map(|()| Self::IssueCreated(created))
            }
            Self::IssueAssigned(it) => {
                unless_theirs(&it.assignee)?;
                Some(Self::IssueAssigned(IssueAssignment { actor: actor(&it.actor), ..it }))
            }
            Self::IssueUnassigned(it) => {
                unless_theirs(&it.assignee)?;
                Some(Self::IssueUnassigned(IssueAssignment { actor: actor(&it.actor), ..it }))
            }
            Self::IssueCommented(it) => Some(Self::IssueCommented(IssueCommented {
                actor: actor(&it.actor),
                mentions: it.mentions.without(person)?,
                ..it
            })),
            Self::IssueLaneChanged(it) => {
                Some(Self::IssueLaneChanged(IssueMoved { actor: actor(&it.actor), ..it }))
            }
            Self::ProjectCreated(it) => {
                unless_theirs(&it.owner)?;
                Some(Self::ProjectCreated(ProjectCreated { actor: actor(&it.actor), ..it }))
            }
            Self::ProjectMemberAdded(it) => {
                unless_theirs(&it.member)?;
                Some(Self::ProjectMemberAdded(ProjectMembership { actor: actor(&it.actor), ..it }))
            }
            Self::ProjectMemberRemoved(it) => {
                unless_theirs(&it.member)?;
                let it = ProjectMembership { actor: actor(&it.actor), ..it };
                Some(Self::ProjectMemberRemoved(it))
            }
            Self::TeamMemberAdded(it) => {
                unless_theirs(&it.member)?;
                Some(Self::TeamMemberAdded(TeamMembership { actor: actor(&it.actor), ..it }))
            }
            Self::ReportCreated(it) => {
                Some(Self::ReportCreated(ReportCreated { actor: actor(&it.actor), ..it }))
            }
            Self::MemberUpserted(member) => {
                unless_theirs(&member.user).map(|()| Self::MemberUpserted(member))
            }
            Self::MemberRemoved(member) => {
                unless_theirs(&member.user).map(|()| Self::MemberRemoved(member))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EventType, examples};
    use super::*;

    #[test]
    fn of_no_event_is_left_who_was_erased_from_it_and_the_others_stay() {
        for event in EventType::ALL.map(examples::event) {
            let people: Vec<UserId> = event.people().cloned().collect();
            for person in &people {
                let Some(left) = event.without(person) else { continue };
                let others: Vec<&UserId> = people.iter().filter(|one| *one != person).collect();
                assert_eq!(left.people().collect::<Vec<_>>(), others);
                let stored = serde_json::to_string(&left).unwrap();
                assert!(!stored.contains(&format!("\"{}\"", person.as_str())), "{stored}");
                assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), left);
            }
            let stranger = UserId::parse("nobody-of-these").unwrap();
            assert_eq!(event.without(&stranger), Some(event));
        }
    }
}
