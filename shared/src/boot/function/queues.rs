//! The queues that a `main` names.

use std::sync::Arc;

use super::{Function, Ready};
use crate::aws::Connector;
use crate::config::{Config, ConfigError, QueueConfig};
use crate::deliver::queue::Queue;
use crate::deliver::{Ports, SqsQueue};

impl<F: Function> Ready<F> {
    /// The function puts accepted events into the queue that they are dispatched from, or takes
    /// them out of it.
    #[must_use]
    pub fn with_dispatch_queue(self) -> Self {
        self.with(|config, connector, ports| {
            let dispatch_queue = sqs(config, &config.dispatch_queue, connector)?;
            Ok(Ports { dispatch_queue, ..ports })
        })
    }

    /// The function puts notifications into the queue that they are delivered from, or takes them out
    /// of it.
    #[must_use]
    pub fn with_delivery_queue(self) -> Self {
        self.with(|config, connector, ports| {
            let delivery_queue = sqs(config, &config.delivery_queue, connector)?;
            Ok(Ports { delivery_queue, ..ports })
        })
    }

    /// The function takes what became of emails out of its queue.
    #[must_use]
    pub fn with_feedback_queue(self) -> Self {
        self.with(|config, connector, ports| {
            let feedback_queue = sqs(config, &config.feedback_queue, connector)?;
            Ok(Ports { feedback_queue, ..ports })
        })
    }

    /// The function puts digests that are due into their queue, and takes them out of it.
    #[must_use]
    pub fn with_digest_queue(self) -> Self {
        self.with(|config, connector, ports| {
            let digest_queue = sqs(config, &config.digest_queue, connector)?;
            Ok(Ports { digest_queue, ..ports })
        })
    }
}

fn sqs(
    config: &Config,
    queue: &Result<QueueConfig, ConfigError>,
    connector: &Connector,
) -> Result<Arc<dyn Queue>, ConfigError> {
    let queue = queue.as_ref().map_err(Clone::clone)?;
    Ok(Arc::new(SqsQueue::new(&config.aws, queue, connector)))
}
