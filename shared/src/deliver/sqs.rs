//! Amazon SQS: a standard queue whose message groups are org units, which makes it a fair queue.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Region};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::queue::{DeadLetter, LONGEST_DELAY, Message, Queue, QueueError, Sending};
use crate::aws::{self, AwsFault, Connector};
use crate::config::{AwsConfig, QueueConfig};

/// The most messages that one call takes.
const BATCH: usize = 10;

/// How many batches are on their way at a time.
const AT_A_TIME: usize = 4;

/// How often messages are sent that the queue gave back one by one.
const MOST_ROUNDS: u32 = 4;

/// The message attribute that says why a letter is dead.
const REASON: &str = "reason";

/// A queue of Amazon SQS.
pub struct SqsQueue {
    client: Client,
    url: String,
    dead_letter_url: String,
}

impl SqsQueue {
    /// The queue of that configuration; connects when first used.
    #[must_use]
    pub fn new(aws: &AwsConfig, config: &QueueConfig, connector: &Connector) -> Self {
        let QueueConfig { url, dead_letter_url, endpoint } = config.clone();
        let mut builder = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(aws.credentials.clone())
            .http_client(connector.client())
            .retry_config(aws::retries())
            .retry_partition(aws::retry_partition("sqs"))
            .timeout_config(aws::timeouts(aws.attempt_timeout));
        builder.set_endpoint_url(endpoint);
        Self { client: Client::from_conf(builder.build()), url, dead_letter_url }
    }

    /// Sends one batch; what the queue gives back as busy, again.
    async fn send_batch(&self, batch: &[Message]) -> Result<(), QueueError> {
        let mut left = entries(batch)?;
        for round in 1.. {
            let sent = self
                .client
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(left.clone()))
                .send()
                .await
                .map_err(|error| AwsFault::from(&error))?;
            if let Some(refused) = sent.failed().iter().find(|entry| entry.sender_fault()) {
                return Err(AwsFault::rejected(refused.code()).into());
            }
            // What is not said to be taken is not, whatever is said of it.
            let is_taken = |entry: &SendMessageBatchRequestEntry| {
                sent.successful().iter().any(|taken| taken.id() == entry.id())
            };
            left.retain(|entry| !is_taken(entry));
            if left.is_empty() {
                break;
            }
            if round == MOST_ROUNDS {
                return Err(QueueError::Throttled);
            }
            tokio::time::sleep(aws::pause_before(round)).await;
        }
        Ok(())
    }

    async fn send_all(&self, messages: Vec<Message>) -> Result<(), QueueError> {
        let batches = stream::iter(messages.chunks(BATCH)).map(Ok);
        batches.try_for_each_concurrent(AT_A_TIME, |batch| self.send_batch(batch)).await
    }

    async fn bury_one(&self, DeadLetter { body, reason }: DeadLetter) -> Result<(), QueueError> {
        let reason = MessageAttributeValue::builder().data_type("String").string_value(reason);
        let reason = reason.build().map_err(|_incomplete| AwsFault::unbuildable())?;
        let sent = self.client.send_message().queue_url(&self.dead_letter_url).message_body(body);
        let sent = sent.message_attributes(REASON, reason).send().await;
        sent.map_err(|error| AwsFault::from(&error))?;
        Ok(())
    }
}

fn entries(batch: &[Message]) -> Result<Vec<SendMessageBatchRequestEntry>, QueueError> {
    let entry = |(index, message): (usize, &Message)| {
        let Message { group, body, delay } = message;
        let seconds = i32::try_from(delay.min(&LONGEST_DELAY).as_secs()).unwrap_or_default();
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(body)
            .message_group_id(group)
            .delay_seconds(seconds)
            .build()
            .map_err(|_incomplete| AwsFault::unbuildable().into())
    };
    batch.iter().enumerate().map(entry).collect()
}

impl Queue for SqsQueue {
    fn send(&self, messages: Vec<Message>) -> Sending<'_> {
        Box::pin(self.send_all(messages))
    }

    fn bury(&self, letter: DeadLetter) -> Sending<'_> {
        Box::pin(self.bury_one(letter))
    }
}
