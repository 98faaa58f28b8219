//! What goes wrong with one message.

/// What may happen to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushFault {
    /// The push service answers that status: the message is not taken.
    Answer(u16),
    /// 429, and asks to be left alone for so many seconds: the message is not taken.
    TooMany {
        /// In seconds.
        retry_after: u32,
    },
    /// The connection breaks before the message is taken.
    LoseRequest,
    /// The message is taken; the connection breaks before the answer.
    LoseAnswer,
    /// The message is taken, and whoever sent it dies of it before they know: the answer never comes. A
    /// test waits for [`LocalPushService::death`](super::LocalPushService::death) and then drops whatever
    /// it ran, as when a process ends.
    Die,
}
