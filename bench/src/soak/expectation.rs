//! What a read has to show: what was written last, where that is known for sure.

use http::Response;
use hyper::body::Bytes;

use super::operation::{Does, Topic};

/// What is known of one thing that one person writes and reads.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    is_on: bool,
    /// How many writes were ever begun.
    begun: u64,
    /// How many of them have no answer yet.
    under_way: u64,
    /// Whether several of these were under way at once: nobody knows in which order they came.
    is_mixed: bool,
    /// What a read shows.
    shown: Option<String>,
}

/// What a read has to show, unless somebody writes meanwhile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Look {
    begun: u64,
    shown: String,
}

impl Expectation {
    /// A write begins. Says which of the two values it writes.
    pub(super) fn begin(&mut self, does: Does) -> bool {
        self.begun += 1;
        self.under_way += 1;
        self.is_mixed |= self.under_way > 1;
        self.is_on = match does {
            Does::Sets(is_on) => is_on,
            Does::Flips | Does::Reads => !self.is_on,
        };
        self.is_on
    }

    /// A write ended, after which reads show that; or nobody knows what.
    pub(super) fn end(&mut self, shown: Option<String>) {
        self.under_way = self.under_way.saturating_sub(1);
        if self.under_way == 0 {
            self.shown = shown.filter(|_| !self.is_mixed);
            self.is_mixed = false;
        }
    }

    /// What a read has to show that begins now, if that is known.
    pub(super) fn look(&self) -> Option<Look> {
        let shown = self.shown.clone().filter(|_| self.under_way == 0)?;
        Some(Look { begun: self.begun, shown })
    }

    /// What a read had to show that ends now, if it still is for sure.
    pub(super) fn seen<'a>(&self, look: &'a Look) -> Option<&'a str> {
        (self.begun == look.begun).then_some(look.shown.as_str())
    }
}

impl Topic {
    /// What reads show after a write of that value, with that answer, by somebody with so many
    /// unread notifications if none of those named is read.
    pub(super) fn shown(self, is_on: bool, answer: &Response<Bytes>, unread: Unread) -> String {
        match self {
            Self::LeadAlerts => format!(r#""milestone.exited","muted":{is_on}"#),
            Self::Channels => format!(r#""email_enabled":{is_on}"#),
            Self::AccountEmail => format!(r#""weekly_usage_digest":{is_on}"#),
            Self::Activity => format!(r#""notify_team_membership":{is_on}"#),
            Self::Inbox if is_on => unread.all.saturating_sub(unread.named).to_string(),
            Self::Inbox => unread.all.to_string(),
            Self::Watch => String::from_utf8_lossy(answer.body()).into_owned(),
        }
    }

    /// Whether an answer shows that.
    pub(super) fn is_shown(self, shown: &str, answer: &Response<Bytes>) -> bool {
        match self {
            Self::Inbox => answer.headers().get("x-unread-count").is_some_and(|of| of == shown),
            Self::LeadAlerts
            | Self::Channels
            | Self::AccountEmail
            | Self::Activity
            | Self::Watch => String::from_utf8_lossy(answer.body()).contains(shown),
        }
    }
}

/// How many notifications somebody has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unread {
    /// In all.
    pub(super) all: usize,
    /// Those that requests name.
    pub(super) named: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_read_has_to_show_what_was_answered_before_it_began() {
        let mut expectation = Expectation::default();
        assert_eq!(expectation.look(), None);
        assert!(expectation.begin(Does::Flips));
        assert_eq!(expectation.look(), None);
        expectation.end(known("on"));
        let look = expectation.look().unwrap();
        assert_eq!(expectation.seen(&look), Some("on"));
        assert!(!expectation.begin(Does::Flips));
        assert_eq!(expectation.seen(&look), None);
        expectation.end(None);
        assert_eq!(expectation.look(), None);
    }

    #[test]
    fn of_two_writes_at_once_nobody_knows_which_is_the_last_one() {
        let mut expectation = Expectation::default();
        expectation.begin(Does::Sets(true));
        expectation.begin(Does::Sets(false));
        expectation.end(known("on"));
        expectation.end(known("off"));
        assert_eq!(expectation.look(), None);
        expectation.begin(Does::Sets(true));
        expectation.end(known("on"));
        assert!(expectation.look().is_some());
    }

    #[test]
    fn an_answer_that_shows_something_else_is_seen() {
        let answer = |count: &str, body: &'static str| {
            let response = Response::builder().header("x-unread-count", count);
            response.body(Bytes::from_static(body.as_bytes())).unwrap()
        };
        let unread = Unread { all: 10, named: 2 };
        let read = Topic::Inbox.shown(true, &answer("", ""), unread);
        assert!(Topic::Inbox.is_shown(&read, &answer("8", "[]")));
        assert!(!Topic::Inbox.is_shown(&read, &answer("10", "[]")));
        let muted = Topic::LeadAlerts.shown(true, &answer("", ""), unread);
        let prefs = r#"{"prefs":[{"event_type":"milestone.exited","muted":true}]}"#;
        assert!(Topic::LeadAlerts.is_shown(&muted, &answer("", prefs)));
        assert!(!Topic::LeadAlerts.is_shown(&muted, &answer("", r#"{"prefs":[]}"#)));
        let watch = Topic::Watch.shown(false, &answer("", r#"{"watching":true}"#), unread);
        assert!(!Topic::Watch.is_shown(&watch, &answer("", r#"{"watching":false}"#)));
    }
}
