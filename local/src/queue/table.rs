//! The table that queues are kept in: one for all of them, and not of the template.
//!
//! | item | `pk` | `sk` | holds |
//! |---|---|---|---|
//! | message | `QUEUE#<queue>` | its id | `body`, `org_unit`, `due` (ms since 1970), `receives` |
//! | dead letter | `DEAD#<queue>` | its id | `body`, `reason`, `at` (ms since 1970) |

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, DeleteRequest, Put, ReturnValue, TransactWriteItem, WriteRequest,
};
use serde_json::json;
use shared::aws::AwsFault;
use shared::deliver::queue::QueueError;

use super::waiting::{Id, Instant};
use crate::engine;
use crate::problem::Problem;

/// The name of the queues' table.
pub const TABLE: &str = "notification-preferences-queue";

/// The most items that one transaction takes.
const TRANSACTION: usize = 100;

/// The most items that are taken out at once (`BatchWriteItem`).
pub(super) const BATCH: usize = 25;

/// One queue's items.
#[derive(Clone)]
pub(super) struct Table {
    client: Client,
    messages: String,
    dead_letters: String,
}

/// A message as it is stored.
pub(super) struct Stored {
    pub(super) id: Id,
    pub(super) org_unit: String,
    pub(super) body: String,
    pub(super) due: Instant,
    pub(super) receives: u32,
}

/// A dead letter as it is stored.
pub(super) struct Buried {
    pub(super) id: Id,
    pub(super) body: String,
    pub(super) reason: String,
    pub(super) at: Instant,
}

impl Buried {
    /// The reason without where in the message it lies: names of fields are whatever the sender calls them.
    pub(super) fn why(&self) -> &str {
        self.reason.split_once(": ").map_or(&*self.reason, |(why, _where)| why)
    }
}

type Item = HashMap<String, AttributeValue>;

impl Table {
    /// The items of that queue; makes the table, unless it is there.
    pub(super) async fn open(client: Client, queue: &str) -> Result<Self, Problem> {
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        let properties = json!({
            "AttributeDefinitions": [text("pk"), text("sk")],
            "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        });
        engine::create_table(&client, TABLE, &properties).await?;
        let (messages, dead_letters) = (format!("QUEUE#{queue}"), format!("DEAD#{queue}"));
        Ok(Self { client, messages, dead_letters })
    }

    /// Keeps messages, a hundred at once or none of them.
    pub(super) async fn put(&self, messages: &[Stored]) -> Result<(), QueueError> {
        for messages in messages.chunks(TRANSACTION) {
            let puts = messages.iter().map(|message| self.put_of(self.message(message)));
            let puts = puts.collect::<Result<Vec<_>, _>>()?;
            self.transact(puts).await?;
        }
        Ok(())
    }

    /// Counts that a message is handed out, and gives it; nothing if it is gone.
    pub(super) async fn count_receive(&self, id: &Id) -> Result<Option<Stored>, QueueError> {
        let updated = self
            .client
            .update_item()
            .table_name(TABLE)
            .set_key(Some(key(&self.messages, id)))
            .update_expression("ADD receives :one")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match updated {
            Ok(updated) => Ok(updated.attributes.as_ref().map(read_message)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
                _ => Err(AwsFault::from(&error).into()),
            },
        }
    }

    /// Takes messages out, at most [`BATCH`] of them.
    pub(super) async fn delete(&self, ids: &[Id]) -> Result<(), QueueError> {
        let deletes = ids.iter().map(|id| {
            let key = Some(key(&self.messages, id));
            let delete = DeleteRequest::builder().set_key(key).build();
            let delete = delete.map_err(|_incomplete| incomplete())?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        });
        let deletes = deletes.collect::<Result<Vec<_>, QueueError>>()?;
        let deleted = self.client.batch_write_item().request_items(TABLE, deletes).send().await;
        let deleted = deleted.map_err(|error| AwsFault::from(&error))?;
        // They are handed out again, which is harmless.
        let left = deleted.unprocessed_items.unwrap_or_default();
        if left.is_empty() { Ok(()) } else { Err(QueueError::Throttled) }
    }

    /// Keeps a dead letter.
    pub(super) async fn bury(&self, letter: &Buried) -> Result<(), QueueError> {
        let item = Some(self.dead_letter(letter));
        let put = self.client.put_item().table_name(TABLE).set_item(item).send().await;
        put.map_err(|error| AwsFault::from(&error))?;
        Ok(())
    }

    /// Moves a message to the dead letters.
    pub(super) async fn move_to_dead(&self, id: &Id, letter: &Buried) -> Result<(), QueueError> {
        let key = Some(key(&self.messages, id));
        let delete = Delete::builder().table_name(TABLE).set_key(key).build();
        let delete = delete.map_err(|_incomplete| incomplete())?;
        let delete = TransactWriteItem::builder().delete(delete).build();
        self.transact(vec![delete, self.put_of(self.dead_letter(letter))?]).await
    }

    /// Every message there is, by id.
    pub(super) async fn messages(&self) -> Result<Vec<Stored>, QueueError> {
        let items = self.query(&self.messages, "").await?;
        Ok(items.iter().map(read_message).collect())
    }

    /// The dead letters after that id; all of them after an empty one.
    pub(super) async fn dead_letters(&self, after: &str) -> Result<Vec<Buried>, QueueError> {
        let items = self.query(&self.dead_letters, after).await?;
        Ok(items.iter().map(read_letter).collect())
    }

    async fn query(&self, pk: &str, after: &str) -> Result<Vec<Item>, QueueError> {
        let mut pages = self
            .client
            .query()
            .table_name(TABLE)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", text(pk))
            // A key is never empty, and `!` sorts before every character of an id.
            .expression_attribute_values(":after", text(if after.is_empty() { "!" } else { after }))
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(|error| AwsFault::from(&error))?);
        }
        Ok(items)
    }

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), QueueError> {
        let done = self.client.transact_write_items().set_transact_items(Some(writes)).send().await;
        done.map_err(|error| AwsFault::from(&error))?;
        Ok(())
    }

    fn put_of(&self, item: Item) -> Result<TransactWriteItem, QueueError> {
        let put = Put::builder().table_name(TABLE).set_item(Some(item)).build();
        let put = put.map_err(|_incomplete| incomplete())?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn message(&self, message: &Stored) -> Item {
        let Stored { id, org_unit, body, due, receives } = message;
        let mut item = key(&self.messages, id);
        item.insert("org_unit".to_owned(), text(org_unit));
        item.insert("body".to_owned(), text(body));
        item.insert("due".to_owned(), AttributeValue::N(due.to_string()));
        item.insert("receives".to_owned(), AttributeValue::N(receives.to_string()));
        item
    }

    fn dead_letter(&self, letter: &Buried) -> Item {
        let Buried { id, body, reason, at } = letter;
        let mut item = key(&self.dead_letters, id);
        item.insert("body".to_owned(), text(body));
        item.insert("reason".to_owned(), text(reason));
        item.insert("at".to_owned(), AttributeValue::N(at.to_string()));
        item
    }
}

fn key(pk: &str, id: &Id) -> Item {
    HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(id))])
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn read_message(item: &Item) -> Stored {
    let receives = u32::try_from(number(item, "receives")).unwrap_or_default();
    let [id, org_unit, body] = ["sk", "org_unit", "body"].map(|name| read_text(item, name));
    Stored { id, org_unit, body, due: number(item, "due"), receives }
}

fn read_letter(item: &Item) -> Buried {
    let [id, body, reason] = ["sk", "body", "reason"].map(|name| read_text(item, name));
    Buried { id, body, reason, at: number(item, "at") }
}

fn read_text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

fn number(item: &Item, name: &str) -> i64 {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn incomplete() -> QueueError {
    QueueError::Rejected { code: "ConstructionFailure".to_owned() }
}
