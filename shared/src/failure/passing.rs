//! Which failures pass by themselves, and when.

use std::time::Duration;

use super::{Failure, Said};
use crate::aws::AwsFault;
use crate::deliver::queue::QueueError;
use crate::deliver::secrets::SecretError;
use crate::store::StoreError;

impl Failure {
    /// Whether work that failed like this may succeed in minutes or hours, if nobody but the
    /// operators does anything about it.
    #[must_use]
    pub(crate) fn may_pass(&self) -> bool {
        match (self, self.said()) {
            // What fills the item may be on its way out; what is configured may be put right.
            (_, Said::Unavailable { .. })
            | (
                Self::Store(StoreError::Full { .. })
                | Self::UnsubscribeKeys(_)
                | Self::ErasureKeys(_)
                | Self::NoPublicUrl(_),
                _,
            ) => true,
            (
                Self::Store(StoreError::Rejected { code })
                | Self::Queue(QueueError::Rejected { code })
                | Self::Secret(SecretError::Rejected { code }),
                _,
            ) => AwsFault::is_of_the_deployment(code),
            (Self::Delivery(fault), _) => fault.may_pass(),
            (Self::Push(error), _) => error.may_pass(),
            (
                _,
                Said::Refused(_)
                | Said::Body(_)
                | Said::Query(_)
                | Said::NotFound
                | Said::InFlight
                | Said::Full(_)
                | Said::NotSetUp(_)
                | Said::PeerRefused(_)
                | Said::Internal,
            ) => false,
        }
    }

    /// How long work that failed like this has to wait at the least.
    #[must_use]
    pub(crate) fn retry_after(&self) -> Duration {
        match self {
            Self::Delivery(fault) => fault.retry_after(),
            Self::Refused(_)
            | Self::Body(_)
            | Self::Query(_)
            | Self::NotFound
            | Self::InFlight
            | Self::Store(_)
            | Self::Queue(_)
            | Self::Secret(_)
            | Self::Slack(_)
            | Self::Push(_)
            | Self::TooManyPushSubscriptions
            | Self::SyncUnfinished(_)
            | Self::UnsubscribeToken(_)
            | Self::UnsubscribeKeys(_)
            | Self::ErasureKeys(_)
            | Self::NoPublicUrl(_)
            | Self::KeysUnavailable
            | Self::NoEntropy(_)
            | Self::DeadlineExceeded
            | Self::Panicked
            | Self::NoEvent
            | Self::UnreadableMessage
            | Self::EventGone
            | Self::NewerMessage
            | Self::Unrenderable => Duration::ZERO,
        }
    }
}
