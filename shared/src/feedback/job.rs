//! The message that something came back of an email: first as SES says it, then in words of our own.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Feedback, ses};
use crate::app::App;
use crate::boot::envelope::{self, Content};
use crate::boot::{Job, Unreadable};
use crate::deliver::queue::{MOST_ATTEMPTS, Message, Queue, delay_before};
use crate::domain::feedback::WhyUndeliverable;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::AddressDigest;

/// Something came back of an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackJob {
    /// Nothing where nothing follows from it.
    feedback: Option<Feedback>,
    attempts: u32,
}

/// What a message says that was put back. It holds no address: of the one that came first no copy
/// is made.
#[derive(Serialize, Deserialize)]
struct Wire {
    org_unit: String,
    user: String,
    addresses: Vec<String>,
    reason: WhyUndeliverable,
}

impl Content for Wire {
    const NEWEST: u32 = 1;
    const KIND: Option<&'static str> = Some("reason");
    const KINDS: &'static [&'static str] = &["bounce", "complaint"];

    fn version(&self) -> u32 {
        1
    }
}

impl FeedbackJob {
    /// What is to be recorded, if anything is.
    pub(super) fn feedback(&self) -> Option<&Feedback> {
        self.feedback.as_ref()
    }

    /// The message that asks for it, unless there is nothing to ask for.
    fn into_message(self, delay: Duration) -> Option<Message> {
        let Self { feedback, attempts } = self;
        let Feedback { org_unit, user, addresses, reason } = feedback?;
        let wire = Wire {
            org_unit: org_unit.as_str().to_owned(),
            user: user.as_str().to_owned(),
            addresses: addresses.iter().map(|address| address.as_str().to_owned()).collect(),
            reason,
        };
        let body = envelope::write(wire, attempts);
        Some(Message { group: org_unit.as_str().to_owned(), body, delay })
    }
}

impl Job for FeedbackJob {
    fn queue(app: &App) -> &dyn Queue {
        app.feedback_queue()
    }

    fn read(body: &str) -> Result<Self, Unreadable> {
        // Of a message of ours the version is a number; of EventBridge's events a text.
        match envelope::version(body) {
            Some(_) => read_own(body),
            None => Ok(Self { feedback: ses::read(body)?, attempts: 0 }),
        }
    }

    fn next_attempt(&self, app: &App) -> Option<Message> {
        let attempts = self.attempts.saturating_add(1);
        let delay = delay_before(attempts, app.random());
        let next = Self { attempts, ..self.clone() };
        if attempts < MOST_ATTEMPTS { next.into_message(delay) } else { None }
    }
}

fn read_own(body: &str) -> Result<FeedbackJob, Unreadable> {
    let (Wire { org_unit, user, addresses, reason }, attempts) = envelope::read(body)?;
    let org_unit = OrgUnitId::parse(&org_unit).map_err(|_no_id| Unreadable::Malformed)?;
    let user = UserId::parse(&user).map_err(|_no_id| Unreadable::Malformed)?;
    let addresses = addresses.iter().map(|address| AddressDigest::parse(address));
    let addresses: Option<Vec<AddressDigest>> = addresses.collect();
    let addresses = addresses.ok_or(Unreadable::Malformed)?;
    Ok(FeedbackJob { feedback: Some(Feedback { org_unit, user, addresses, reason }), attempts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> FeedbackJob {
        let feedback = Feedback {
            org_unit: OrgUnitId::parse("acme").unwrap(),
            user: UserId::parse("a|b").unwrap(),
            addresses: vec![AddressDigest::of("jane@example.com")],
            reason: WhyUndeliverable::Complaint,
        };
        FeedbackJob { feedback: Some(feedback), attempts: 3 }
    }

    #[test]
    fn a_message_that_is_put_back_is_read_as_what_was_written_and_holds_no_address() {
        let message = job().into_message(Duration::ZERO).unwrap();
        assert_eq!(message.group, "acme");
        assert_eq!(FeedbackJob::read(&message.body), Ok(job()));
        let expected = r#"{"version":1,"org_unit":"acme","user":"a|b","addresses":["NOo5aX7xvwHIgX_qZMO8jT6LoDdtI6Ssc8OLSYUPdgY"],"reason":"complaint","attempts":3}"#;
        assert_eq!(message.body, expected);
    }

    #[test]
    fn what_is_no_such_message_is_told_from_a_later_version() {
        let body = job().into_message(Duration::ZERO).unwrap().body;
        let newer = body.replace(r#""version":1"#, r#""version":2,"more":[]"#);
        assert_eq!(FeedbackJob::read(&newer), Err(Unreadable::Newer));
        let bored = body.replace(r#""complaint""#, r#""boredom""#);
        assert_eq!(FeedbackJob::read(&bored), Err(Unreadable::Newer));
        for (from, to) in [
            (r#""version":1"#, r#""version":0"#),
            (r#""version":1"#, r#""version":"1""#),
            ("acme", "a#b"),
            ("a|b", "a#b"),
            ("NOo5", "jane@"),
            (r#""complaint""#, "7"),
        ] {
            let body = body.replace(from, to);
            assert_eq!(FeedbackJob::read(&body), Err(Unreadable::Malformed), "{body}");
        }
    }
}
