//! The queue's client, against moto's SQS.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_sqs::types::{Message as Received, MessageSystemAttributeName, QueueAttributeName};
use shared::aws::Connector;
use shared::config::{AwsConfig, QueueConfig};
use shared::deliver::SqsQueue;
use shared::deliver::queue::{DeadLetter, Message, Queue as _, QueueError};

use crate::peer;

/// Two queues of one test, and a plain client beside ours.
struct Queues {
    ours: SqsQueue,
    theirs: Client,
    url: String,
    dead_letter_url: String,
}

impl Queues {
    async fn create(name: &str) -> Self {
        let endpoint = peer("PEER_AWS");
        let aws = AwsConfig {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("test", "test", None, None, "test"),
            ca_bundle: None,
            attempt_timeout: Duration::from_secs(10),
        };
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(aws.credentials.clone())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&endpoint);
        let theirs = Client::from_conf(config.build());
        let create = async |name: String| {
            let created = theirs.create_queue().queue_name(name).send().await;
            created.expect("a queue").queue_url.expect("its URL")
        };
        let url = create(name.to_owned()).await;
        let dead_letter_url = create(format!("{name}-dead")).await;
        let queue = QueueConfig {
            url: url.clone(),
            dead_letter_url: dead_letter_url.clone(),
            endpoint: Some(endpoint),
        };
        let connector = Connector::new(&aws).expect("a connector");
        let ours = SqsQueue::new(&aws, &queue, &connector);
        Self { ours, theirs, url, dead_letter_url }
    }

    async fn receive(&self, url: &str) -> Vec<Received> {
        let mut all = Vec::new();
        loop {
            let received = self
                .theirs
                .receive_message()
                .queue_url(url)
                .max_number_of_messages(10)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .send()
                .await
                .expect("messages");
            match received.messages {
                Some(messages) if !messages.is_empty() => all.extend(messages),
                Some(_) | None => return all,
            }
        }
    }

    async fn delayed(&self) -> usize {
        let name = QueueAttributeName::ApproximateNumberOfMessagesDelayed;
        let asked =
            self.theirs.get_queue_attributes().queue_url(&self.url).attribute_names(name.clone());
        let attributes = asked.send().await.expect("attributes").attributes.expect("some");
        attributes[&name].parse().expect("a number")
    }
}

fn message(group: &str, number: usize, delay: u64) -> Message {
    let delay = Duration::from_secs(delay);
    Message { group: group.to_owned(), body: format!("message {number}"), delay }
}

fn attribute(message: &Received, name: MessageSystemAttributeName) -> Option<&str> {
    message.attributes.as_ref()?.get(&name).map(String::as_str)
}

#[tokio::test]
async fn every_message_arrives_once_in_the_group_of_its_org_unit() {
    let queues = Queues::create("groups").await;
    let sent: Vec<Message> = (0..25)
        .map(|number| {
            message(if number % 2 == 0 { "acme" } else { "auth0|b.c:d@e_f-g" }, number, 0)
        })
        .collect();
    queues.ours.send(sent.clone()).await.expect("taken");
    let received = queues.receive(&queues.url).await;
    let mut groups: Vec<(String, String)> = received
        .iter()
        .map(|message| {
            let group = attribute(message, MessageSystemAttributeName::MessageGroupId);
            (message.body.clone().expect("a body"), group.expect("a group").to_owned())
        })
        .collect();
    let mut expected: Vec<(String, String)> =
        sent.into_iter().map(|message| (message.body, message.group)).collect();
    groups.sort();
    expected.sort();
    assert_eq!(groups, expected);
}

#[tokio::test]
async fn a_message_that_is_to_wait_is_kept_back() {
    let queues = Queues::create("delays").await;
    queues.ours.send(vec![message("acme", 1, 900), message("acme", 2, 0)]).await.expect("taken");
    let received = queues.receive(&queues.url).await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body.as_deref(), Some("message 2"));
    assert_eq!(queues.delayed().await, 1);
}

#[tokio::test]
async fn a_dead_letter_is_in_the_other_queue_with_its_reason() {
    let queues = Queues::create("letters").await;
    let letter = DeadLetter { body: "as it came".to_owned(), reason: "event_gone".to_owned() };
    queues.ours.bury(letter).await.expect("taken");
    assert_eq!(queues.receive(&queues.url).await, []);
    let dead = queues.receive(&queues.dead_letter_url).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body.as_deref(), Some("as it came"));
    let attributes = dead[0].message_attributes.as_ref().expect("attributes");
    assert_eq!(attributes["reason"].string_value.as_deref(), Some("event_gone"));
}

#[tokio::test]
async fn a_queue_that_is_not_there_refuses_and_no_inner_word_comes_out() {
    let queues = Queues::create("gone").await;
    for url in [&queues.url, &queues.dead_letter_url] {
        queues.theirs.delete_queue().queue_url(url).send().await.expect("gone");
    }
    let error = queues.ours.send(vec![message("acme", 1, 0)]).await.expect_err("no queue");
    assert!(matches!(&error, QueueError::Rejected { code } if code.contains("NonExistentQueue")));
    assert!(!error.is_transient());
    let letter = DeadLetter { body: "hush".to_owned(), reason: "event_gone".to_owned() };
    let error = queues.ours.bury(letter).await.expect_err("no queue");
    assert!(!error.to_string().contains("hush"), "{error}");
}
