//! What is kept of a person, wherever it lies: the parts of the table and the index that lead to it, and what
//! a key says of the item behind it. And the marks of those who were erased.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{IndexKey, Key, SHARDS, of_erased, of_erasures, of_user};
use crate::domain::id::{IssueKey, OrgMemberId, OrgUnitId, ProjectId, TeamId};
use crate::domain::subject::Subject;
use crate::store::{ErasureMark, EventDigest};

impl Key {
    /// That someone was erased, without saying who.
    pub(in crate::store) fn of_erased(org_unit: &OrgUnitId, mark: &ErasureMark) -> Self {
        Self { pk: of_erased(org_unit, mark), sk: "ERASED".to_owned() }
    }

    /// When anyone of an org unit was erased, the last time.
    pub(in crate::store) fn of_last_erasure(org_unit: &OrgUnitId) -> Self {
        Self { pk: of_erasures(org_unit), sk: "LAST".to_owned() }
    }

    /// What kind of item of a person's it is the key of; nothing, if it is of no kind that there is.
    pub(in crate::store) fn kind(&self) -> Option<Kind> {
        let place: Vec<&str> = self.pk.split('#').collect();
        let (kind, rest) = self.sk.split_once('#').unwrap_or((&self.sk, ""));
        match (place.as_slice(), kind) {
            (["OU", _, "USER", _], "PREFS") => Some(Kind::Choices),
            (["OU", _, "USER", _], "INBOX") => Some(Kind::Notification),
            (["OU", _, "USER", _], "DELIVERY") => Some(Kind::Delivery),
            (["OU", _, "USER", _], "IDEMPOTENCY") => Some(Kind::Repeat),
            (["OU", _, "USER", _], "DIGEST") => match rest.split('#').count() {
                2 => Some(Kind::Digest),
                _ => Some(Kind::WaitingItem),
            },
            (["OU", _, "EVENT", event], "EVENT") => EventDigest::parse(event).map(Kind::Event),
            (["OU", _, "EVENT", event], "NAMED") => EventDigest::parse(event).map(Kind::Named),
            (["OU", _, "PROJECT", project], "MEMBER") => {
                project.parse().ok().map(Kind::ProjectMember)
            }
            (["OU", _, "PROJECT", project], "WATCHER") => {
                project.parse().ok().map(Kind::ReportWatch)
            }
            (["OU", _, "ISSUE", project, issue], "WATCHER") => {
                Some(Kind::IssueWatch(project.parse().ok()?, issue.parse().ok()?))
            }
            (["OU", _, "TEAM", team], "MEMBER") => team.parse().ok().map(Kind::TeamMember),
            (["OU", _, "MEMBERS", _], "MEMBER") => rest.parse().ok().map(Kind::Member),
            _ => None,
        }
    }
}

/// What kinds of items are kept of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    /// What they chose, and what is known of them.
    Choices,
    /// A row of an inbox, theirs or one that tells of what they did.
    Notification,
    /// A delivery to them.
    Delivery,
    /// An answer to a request of theirs.
    Repeat,
    /// A digest of theirs.
    Digest,
    /// What waits for one.
    WaitingItem,
    /// An event that names them first.
    Event(EventDigest),
    /// A note that an event names them.
    Named(EventDigest),
    /// Their being in a project.
    ProjectMember(ProjectId),
    /// Their being in a team.
    TeamMember(TeamId),
    /// An entry of the directory that is about them.
    Member(OrgMemberId),
    /// Their watch of an issue.
    IssueWatch(ProjectId, IssueKey),
    /// Their watch of a project's reports.
    ReportWatch(ProjectId),
}

/// A part of what is kept of a person. Together they are all of it that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Part {
    /// Their own partition of the table.
    Own,
    /// What the index has of them elsewhere.
    About,
    /// What they did, in a shard of other people's inboxes.
    Did(u8),
}

impl Part {
    /// All of them, in the order in which they are gone through.
    pub(in crate::store) fn all() -> impl Iterator<Item = Self> {
        [Self::Own, Self::About].into_iter().chain((0..SHARDS).map(Self::Did))
    }

    /// The one after it.
    pub(in crate::store) fn next(self) -> Option<Self> {
        Self::all().skip_while(|part| *part != self).nth(1)
    }

    /// The index that it is in, if it is in one.
    pub(in crate::store) fn index(self) -> Option<&'static str> {
        match self {
            Self::Own => None,
            Self::About | Self::Did(_) => Some(IndexKey::INDEX),
        }
    }

    /// The condition that finds all of it.
    pub(in crate::store) fn condition(self) -> &'static str {
        match self {
            Self::Own => "pk=:pk",
            Self::About | Self::Did(_) => "gsi1pk=:pk",
        }
    }

    /// Its partition, of that person's.
    pub(in crate::store) fn partition(self, Subject { org_unit, user }: &Subject) -> String {
        let own = of_user(org_unit, user);
        match self {
            Self::Own | Self::About => own,
            Self::Did(shard) => format!("{own}#ACTED#{shard:02}"),
        }
    }

    /// Whether that is a place in it, where a `Query` goes on.
    pub(in crate::store) fn has(
        self,
        subject: &Subject,
        place: &HashMap<String, AttributeValue>,
    ) -> bool {
        let names: &[&str] = match self {
            Self::Own => &["pk", "sk"],
            Self::About | Self::Did(_) => &["pk", "sk", IndexKey::PK, IndexKey::SK],
        };
        let partition = match self {
            Self::Own => "pk",
            Self::About | Self::Did(_) => IndexKey::PK,
        };
        place.len() == names.len()
            && names.iter().all(|name| place.get(*name).is_some_and(AttributeValue::is_s))
            && place.get(partition) == Some(&AttributeValue::S(self.partition(subject)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::auth::Person;
    use crate::domain::delivery::DeliveryChannel;
    use crate::domain::inbox::NotificationId;
    use crate::store::{Delivery, Digest, RepeatDigest};

    #[test]
    fn the_key_of_each_item_of_a_person_tells_its_kind() {
        let (org_unit, user) = (&OrgUnitId::parse("acme").unwrap(), &"auth0|7".parse().unwrap());
        let event = &EventDigest::of("/tracker", "e-41");
        let (project, issue): (ProjectId, IssueKey) =
            ("1".parse().unwrap(), "KD-42".parse().unwrap());
        let (team, member): (TeamId, OrgMemberId) = ("9".parse().unwrap(), "m-1".parse().unwrap());
        let accepted_at = Timestamp::UNIX_EPOCH;
        let channel = DeliveryChannel::Email;
        let delivery = Delivery { org_unit, user, event, accepted_at, channel };
        let bucket = "hourly#2026-03-13T15:00:00Z".parse().unwrap();
        let digest = Digest { org_unit: org_unit.clone(), user: user.clone(), bucket };
        let repeat = RepeatDigest::of("POST", "/reports/watch", "k-1");
        let id = NotificationId::from_number(7).unwrap();
        for (key, kind) in [
            (Key::of_user(org_unit, user), Kind::Choices),
            (Key::of_notification(org_unit, user, id), Kind::Notification),
            (Key::of_delivery(&delivery), Kind::Delivery),
            (Key::of_repeat(&Person::for_test("acme", "7"), &repeat), Kind::Repeat),
            (Key::of_digest(&digest), Kind::Digest),
            (Key::of_digest_item(&digest, event), Kind::WaitingItem),
            (Key::of_event(org_unit, event), Kind::Event(event.clone())),
            (Key::of_named(org_unit, event, user), Kind::Named(event.clone())),
            (
                Key::of_project_member(org_unit, &project, user),
                Kind::ProjectMember(project.clone()),
            ),
            (Key::of_report_watch(org_unit, &project, user), Kind::ReportWatch(project.clone())),
            (
                Key::of_issue_watch(org_unit, &project, &issue, user),
                Kind::IssueWatch(project.clone(), issue.clone()),
            ),
            (Key::of_team_member(org_unit, &team, user), Kind::TeamMember(team)),
            (Key::of_member(org_unit, &member), Kind::Member(member)),
        ] {
            assert_eq!(key.kind(), Some(kind));
        }
        assert_eq!(Key::of_report_watch_count(org_unit, &project).kind(), None);
    }

    #[test]
    fn a_person_is_in_eighteen_parts_and_each_leads_to_the_next() {
        let subject = Subject::parse("acme", "7").unwrap();
        let all: Vec<String> = Part::all().map(|part| part.partition(&subject)).collect();
        assert_eq!(all.len(), 18);
        assert_eq!(all[..3], ["OU#acme#USER#7", "OU#acme#USER#7", "OU#acme#USER#7#ACTED#00"]);
        let mut part = Some(Part::Own);
        for expected in Part::all() {
            assert_eq!(part, Some(expected));
            part = expected.next();
        }
        assert_eq!(part, None);
    }

    #[test]
    fn a_place_of_someone_elses_is_none() {
        let subject = Subject::parse("acme", "7").unwrap();
        let place = |user: &str| {
            let user = user.parse().unwrap();
            Key::of_user(&subject.org_unit, &user).into_attributes()
        };
        assert!(Part::Own.has(&subject, &place("7")));
        assert!(!Part::Own.has(&subject, &place("8")));
        assert!(!Part::About.has(&subject, &place("7")));
    }

    #[test]
    fn a_mark_says_of_nobody_who_was_erased() {
        let org_unit = &OrgUnitId::parse("acme").unwrap();
        let mark = ErasureMark::from_digest(&[0; 32]);
        let erased = Key::of_erased(org_unit, &mark);
        let text = format!("OU#acme#ERASED#{}", "A".repeat(43));
        assert_eq!((erased.pk, erased.sk), (text, "ERASED".to_owned()));
        let last = Key::of_last_erasure(org_unit);
        assert_eq!((last.pk.as_str(), last.sk.as_str()), ("OU#acme#ERASED", "LAST"));
    }
}
