//! What no log line and no answer to a failed request may say, held against everything that a test's system says.
//!
//! What is secret in a test is gathered as it comes in: credentials, bodies, ids in paths, what is stored straight in
//! the engine, tokens of Slack, keys. When the test ends, each log line and each answer of status 400 and on is
//! searched for any of it, however it is written, and for what looks like a secret to anyone.
//!
//! One thing is let pass: an answer may name the fields that its caller sent, and so quote their names. It never
//! quotes a value; and a log line quotes neither.

mod gathered;
mod needles;
mod patterns;
mod public;
mod readings;
mod system;

use std::sync::{Arc, Mutex, PoisonError};

use http::Response;
use hyper::body::Bytes;

pub(crate) use gathered::Secrets;
use needles::Needles;
pub(crate) use system::AtTheEnd;

/// Where something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In a line of the log.
    Log,
    /// In an answer to a request that failed, or in what is told of an invocation that did.
    Answer,
}

/// Something that was said, and should not have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leak {
    pub(crate) place: Place,
    /// The secret, or what it looks like.
    pub(crate) what: String,
    /// All that was said there.
    pub(crate) said: String,
}

/// What is secret, and what was answered.
#[derive(Debug, Default)]
pub(crate) struct Leaks {
    pub(crate) secrets: Arc<Secrets>,
    answers: Mutex<Vec<String>>,
}

impl Leaks {
    /// Keeps an answer to be searched, if it is one to a request that failed. Any other one is for its caller, and
    /// what it holds is nobody else's.
    pub(crate) fn answered(&self, response: &Response<Bytes>) {
        if response.status().is_success() {
            self.secrets.shown(response.body());
        }
        if response.status().as_u16() < 400 {
            return;
        }
        let mut said = String::from_utf8_lossy(response.body()).into_owned();
        for (name, value) in response.headers() {
            said.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
        self.told(&said);
    }

    /// Keeps what is told of something that failed.
    pub(crate) fn told(&self, said: &str) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push(said.to_owned());
    }

    /// Everything that was said and should not have been: in those lines of the log, and in the answers.
    pub(crate) fn find(&self, lines: &[String]) -> Vec<Leak> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() && answers.is_empty() {
            return Vec::new();
        }
        let needles = Needles::of(&self.secrets);
        let of_log = lines.iter().map(|line| (Place::Log, line));
        let said = of_log.chain(answers.iter().map(|answer| (Place::Answer, answer)));
        let leak = |(place, said): (Place, &String)| {
            let what = needles.find(place, said).or_else(|| patterns::find(place, said))?;
            Some(Leak { place, what, said: said.clone() })
        };
        said.filter_map(leak).collect()
    }

    /// Fails if anything was said that should not have been, unless the test has failed already.
    pub(crate) fn look(&self, lines: &[String]) {
        if !std::thread::panicking() {
            let leaks = self.find(lines);
            assert!(leaks.is_empty(), "what is secret was said: {leaks:#?}");
        }
    }
}
