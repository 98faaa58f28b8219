//! Several items, all or none.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};

use super::{Store, StoreError};

/// What came of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transacted {
    /// All of it is written.
    Done,
    /// None of it: something was not as the conditions had it. Read again.
    Outdated,
    /// None of it: someone else held an item at that moment.
    Contended,
}

impl Store {
    /// Writes everything or nothing: one `TransactWriteItems`.
    pub(super) async fn transact(
        &self,
        parts: Vec<TransactWriteItem>,
    ) -> Result<Transacted, StoreError> {
        let answer = self.client.transact_write_items().set_transact_items(Some(parts));
        let Err(error) = answer.send().await else { return Ok(Transacted::Done) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                by_reasons(cancelled.cancellation_reasons())
            }
            Some(_) | None => Err(error.into()),
        }
    }
}

/// Of several reasons the one that asks for most: what is outdated has to be read again anyway.
fn by_reasons(reasons: &[CancellationReason]) -> Result<Transacted, StoreError> {
    let codes = reasons.iter().filter_map(CancellationReason::code);
    let codes: Vec<&str> = codes.filter(|code| *code != "None").collect();
    if codes.contains(&"ConditionalCheckFailed") {
        return Ok(Transacted::Outdated);
    }
    match codes.first() {
        Some(&("TransactionConflict" | "ReplicatedWriteConflict")) => Ok(Transacted::Contended),
        Some(&("ProvisionedThroughputExceeded" | "ThrottlingError")) => Err(StoreError::Throttled),
        Some(code) => Err(StoreError::Rejected { code: (*code).to_owned() }),
        None => Ok(Transacted::Contended),
    }
}
