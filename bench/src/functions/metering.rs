//! What an engine is asked for: calls, capacity units as it reckons them, and messages for queues.

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::script::Said;
use super::stand_in::said;

/// What an answer says of it.
const CONSUMED: &str = "ConsumedCapacity";

/// The operations that take units of reading; all others that take any take units of writing.
const READS: [&str; 4] = ["GetItem", "BatchGetItem", "Query", "TransactGetItems"];

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Metered {
    /// How many calls there were.
    pub(crate) calls: u32,
    /// Capacity units of reading.
    pub(crate) read: f64,
    /// Capacity units of writing.
    pub(crate) written: f64,
    /// What was put into queues, each with its queue's URL.
    pub(crate) messages: Vec<(String, String)>,
}

/// The same question, and what it consumes.
pub(super) fn asking(body: &Bytes) -> Bytes {
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut question)) => {
            question.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
            Value::Object(question).to_string().into()
        }
        // The engine says what is wrong with it.
        Ok(_) | Err(_) => body.clone(),
    }
}

impl Metered {
    /// Takes out of an answer what it says of units: the function did not ask for that.
    pub(super) fn note(&mut self, operation: &str, answer: Said) -> Said {
        self.calls = self.calls.saturating_add(1);
        let Ok(Value::Object(mut body)) = serde_json::from_slice(&answer.body) else {
            return answer;
        };
        let consumed = match body.remove(CONSUMED) {
            Some(Value::Array(tables)) => tables,
            Some(table) => vec![table],
            None => return answer,
        };
        let units = consumed.iter().filter_map(|table| table.get("CapacityUnits")?.as_f64());
        let units: f64 = units.sum();
        if READS.contains(&operation) {
            self.read += units;
        } else {
            self.written += units;
        }
        Said { status: answer.status, ..said(Value::Object(body).to_string()) }
    }

    /// Keeps what is put into a queue.
    pub(super) fn note_messages(&mut self, target: &str, body: &[u8]) {
        if !target.starts_with("AmazonSQS.SendMessage") {
            return;
        }
        let question: Value = serde_json::from_slice(body).unwrap_or_default();
        let queue = question.get("QueueUrl").and_then(Value::as_str).unwrap_or_default();
        let entries = question.get("Entries").and_then(Value::as_array).cloned();
        let entries = entries.unwrap_or_else(|| vec![question.clone()]);
        let texts = entries.iter().filter_map(|entry| entry.get("MessageBody")?.as_str());
        self.messages.extend(texts.map(|text| (queue.to_owned(), text.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_asked_for_and_taken_out_of_what_the_function_is_told() {
        let question = asking(&Bytes::from_static(br#"{"Key":{"pk":{"S":"a"}}}"#));
        let question: Value = serde_json::from_slice(&question).unwrap();
        assert_eq!(question["ReturnConsumedCapacity"], "TOTAL");
        let mut metered = Metered::default();
        let answer = r#"{"Item":{},"ConsumedCapacity":{"TableName":"t","CapacityUnits":2.5}}"#;
        let told = metered.note("GetItem", said(answer));
        assert_eq!(told.body, r#"{"Item":{}}"#);
        let many = r#"{"ConsumedCapacity":[{"CapacityUnits":2.0},{"CapacityUnits":4.0}]}"#;
        metered.note("TransactWriteItems", said(many));
        assert_eq!(metered, Metered { calls: 2, read: 2.5, written: 6.0, messages: Vec::new() });
    }

    #[test]
    fn messages_are_kept_one_by_one_with_their_queue() {
        let mut metered = Metered::default();
        let one = br#"{"QueueUrl":"https://q","MessageBody":"a"}"#;
        metered.note_messages("AmazonSQS.SendMessage", one);
        let two =
            br#"{"QueueUrl":"https://q","Entries":[{"MessageBody":"b"},{"MessageBody":"c"}]}"#;
        metered.note_messages("AmazonSQS.SendMessageBatch", two);
        metered.note_messages("secretsmanager.GetSecretValue", b"{}");
        let texts: Vec<&str> = metered.messages.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    }
}
