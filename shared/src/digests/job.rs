//! The message that a digest is to be sent, or that more of them are to be found.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::boot::envelope::{self, Content};
use crate::boot::{Job, Unreadable};
use crate::deliver::queue::{MOST_ATTEMPTS, Message, Queue, delay_before};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::timestamp::{parse_rfc3339, to_rfc3339};
use crate::store::Digest;

/// Whose message it is that more digests are to be found, for the queue to be fair: nobody's.
const NOBODYS: &str = "digests";

/// Something is to be done about digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestJob {
    task: Task,
    attempts: u32,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// This digest is to be sent.
    Send(Digest),
    /// Those of a shard that are due by then are to be put into the queue.
    Find {
        /// The shard.
        shard: u8,
        /// The instant that the schedule's tick was for.
        until: Timestamp,
    },
}

/// What the message says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireTask {
    Send { org_unit: String, user: String, bucket: String },
    Find { shard: u8, until: String },
}

impl Content for WireTask {
    const NEWEST: u32 = 1;
    const KIND: Option<&'static str> = None;
    const KINDS: &'static [&'static str] = &["send", "find"];

    fn version(&self) -> u32 {
        1
    }
}

impl DigestJob {
    /// The first attempt.
    #[must_use]
    pub fn new(task: Task) -> Self {
        Self { task, attempts: 0 }
    }

    /// What is to be done.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Whether nobody tries again by themselves if this attempt fails.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.attempts.saturating_add(1) >= MOST_ATTEMPTS
    }

    /// The message that asks for it.
    #[must_use]
    pub fn into_message(self, delay: Duration) -> Message {
        let Self { task, attempts } = self;
        let (group, task) = match task {
            Task::Send(Digest { org_unit, user, bucket }) => {
                let (org_unit, user) = (org_unit.as_str().to_owned(), user.as_str().to_owned());
                (org_unit.clone(), WireTask::Send { org_unit, user, bucket: bucket.to_string() })
            }
            Task::Find { shard, until } => {
                (NOBODYS.to_owned(), WireTask::Find { shard, until: to_rfc3339(until) })
            }
        };
        Message { group, body: envelope::write(task, attempts), delay }
    }
}

impl WireTask {
    fn read(self) -> Option<Task> {
        Some(match self {
            Self::Send { org_unit, user, bucket } => Task::Send(Digest {
                org_unit: OrgUnitId::parse(&org_unit).ok()?,
                user: UserId::parse(&user).ok()?,
                bucket: bucket.parse().ok()?,
            }),
            Self::Find { shard, until } => Task::Find { shard, until: parse_rfc3339(&until).ok()? },
        })
    }
}

impl Job for DigestJob {
    fn queue(app: &App) -> &dyn Queue {
        app.digest_queue()
    }

    fn read(body: &str) -> Result<Self, Unreadable> {
        let (task, attempts): (WireTask, u32) = envelope::read(body)?;
        Ok(Self { task: task.read().ok_or(Unreadable::Malformed)?, attempts })
    }

    fn next_attempt(&self, app: &App) -> Option<Message> {
        let attempts = self.attempts.saturating_add(1);
        let delay = delay_before(attempts, app.random());
        let next = Self { attempts, ..self.clone() };
        (!self.is_last()).then(|| next.into_message(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send() -> DigestJob {
        DigestJob::new(Task::Send(Digest {
            org_unit: OrgUnitId::parse("acme").unwrap(),
            user: UserId::parse("a|b").unwrap(),
            bucket: "hourly#2026-03-13T15:00:00Z".parse().unwrap(),
        }))
    }

    fn find() -> DigestJob {
        let until = "2026-03-13T15:05:00Z".parse().unwrap();
        DigestJob::new(Task::Find { shard: 3, until })
    }

    #[test]
    fn a_message_is_read_as_what_was_written() {
        let to_send = r#"{"version":1,"send":{"org_unit":"acme","user":"a|b","bucket":"hourly#2026-03-13T15:00:00Z"},"attempts":0}"#;
        let to_find = r#"{"version":1,"find":{"shard":3,"until":"2026-03-13T15:05:00.000000Z"},"attempts":0}"#;
        for (job, group, body) in [(send(), "acme", to_send), (find(), "digests", to_find)] {
            let message = job.clone().into_message(Duration::ZERO);
            assert_eq!((message.group.as_str(), message.body.as_str()), (group, body));
            assert_eq!(DigestJob::read(&message.body), Ok(job));
        }
    }

    #[test]
    fn what_is_no_such_message_is_told_from_a_later_version() {
        let body = send().into_message(Duration::ZERO).body;
        let newer = body.replace(r#""version":1"#, r#""version":2,"more":[]"#);
        assert_eq!(DigestJob::read(&newer), Err(Unreadable::Newer));
        let burn = body.replace("send", "burn");
        assert_eq!(DigestJob::read(&burn), Err(Unreadable::Newer));
        for (from, to) in [
            (r#""version":1"#, r#""version":0"#),
            ("acme", "a#b"),
            ("a|b", "a#b"),
            ("hourly#", "weekly#"),
            ("send", "burn it"),
        ] {
            let body = body.replace(from, to);
            assert_eq!(DigestJob::read(&body), Err(Unreadable::Malformed), "{body}");
        }
    }
}
