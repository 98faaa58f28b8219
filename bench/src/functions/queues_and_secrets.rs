//! What other services of AWS answer than the store: queues that take everything, and a few secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use shared::deliver::secrets::{Fetching, SecretError};

/// What every message is said to have been. Nobody here looks at it.
const DIGEST: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// Secrets, by their ids.
#[derive(Clone)]
pub(crate) struct Secrets(Arc<BTreeMap<String, String>>);

impl Secrets {
    /// Those secrets.
    pub(crate) fn of(secrets: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Arc::new(secrets.into_iter().collect()))
    }
}

/// The same secrets, for the functions within this process.
impl shared::deliver::secrets::Secrets for Secrets {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        let unknown = || SecretError::Rejected { code: "ResourceNotFoundException".to_owned() };
        Box::pin(std::future::ready(self.0.get(id).cloned().ok_or_else(unknown)))
    }
}

/// The answer to a request with that target. `None`, if there is none.
pub(super) fn answer(target: &str, body: &[u8], secrets: &Secrets) -> Option<Value> {
    let question: Value = serde_json::from_slice(body).ok()?;
    match target {
        "AmazonSQS.SendMessage" => Some(json!({ "MessageId": "1", "MD5OfMessageBody": DIGEST })),
        "AmazonSQS.SendMessageBatch" => {
            let taken = question.get("Entries")?.as_array()?.iter().map(|entry| {
                json!({ "Id": entry.get("Id"), "MessageId": "1", "MD5OfMessageBody": DIGEST })
            });
            Some(json!({ "Successful": taken.collect::<Vec<_>>(), "Failed": [] }))
        }
        "secretsmanager.GetSecretValue" => {
            let secret = secrets.0.get(question.get("SecretId")?.as_str()?)?;
            Some(json!({ "SecretString": secret }))
        }
        _ => None,
    }
}
