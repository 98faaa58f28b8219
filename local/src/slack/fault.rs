//! What goes wrong with one call.

/// What may happen to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlackFault {
    /// Slack is out of order: 500, and nothing was done.
    Fail,
    /// 429, and asks to be left alone for so many seconds: nothing was done.
    TooMany {
        /// In seconds.
        retry_after: u32,
    },
    /// Slack answers that error code: nothing was done.
    Answer(&'static str),
    /// The connection breaks before anything was done.
    LoseRequest,
    /// It was done; the connection breaks before the answer.
    LoseAnswer,
    /// It was done, and whoever called dies of it before they know: the answer never comes. A test
    /// waits for [`LocalSlack::death`](super::LocalSlack::death) and then drops whatever it ran, as
    /// when a process ends.
    Die,
}
