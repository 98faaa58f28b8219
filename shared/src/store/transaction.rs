//! Several items, all or none.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};

use super::{Store, StoreError};
use crate::aws::AwsFault;

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Transacted {
    /// All of it is written.
    Done,
    /// None of it: something was not as the conditions had it.
    Outdated {
        /// The places of the parts whose conditions did not hold, from 0.
        parts: Vec<usize>,
        /// Whether the conditions of all others did. Where someone else held an item, nobody knows.
        others_hold: bool,
    },
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

/// What was the matter with one part of a transaction that was not carried out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// Nothing.
    Holds,
    /// Its condition does not hold; this is there, or nothing.
    Outdated(HashMap<String, AttributeValue>),
    /// Someone else held its item at that moment.
    Contended,
}

impl Store {
    /// Writes everything or nothing: one `TransactWriteItems`. Where nothing is written, gives what was
    /// the matter with each part, with the items whose conditions do not hold.
    pub(super) async fn transact_or_tell(
        &self,
        mut parts: Vec<TransactWriteItem>,
    ) -> Result<Option<Vec<Part>>, StoreError> {
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        for update in parts.iter_mut().filter_map(|part| part.update.as_mut()) {
            update.return_values_on_condition_check_failure = Some(all_old.clone());
        }
        let answer = self.client.transact_write_items().set_transact_items(Some(parts));
        let Err(error) = Box::pin(answer.send()).await else { return Ok(None) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                told(cancelled.cancellation_reasons()).map(Some)
            }
            Some(_) | None => Err(error.into()),
        }
    }
}

fn told(reasons: &[CancellationReason]) -> Result<Vec<Part>, StoreError> {
    let part = |reason: &CancellationReason| match reason.code().unwrap_or("None") {
        "None" => Ok(Part::Holds),
        "ConditionalCheckFailed" => Ok(Part::Outdated(reason.item().cloned().unwrap_or_default())),
        "TransactionConflict" | "ReplicatedWriteConflict" => Ok(Part::Contended),
        "ProvisionedThroughputExceeded" | "ThrottlingError" => Err(StoreError::Throttled),
        code => Err(AwsFault::rejected(code).into()),
    };
    reasons.iter().map(part).collect()
}

/// Of several reasons the one that says most: what is outdated stays so, whoever else was there.
fn by_reasons(reasons: &[CancellationReason]) -> Result<Transacted, StoreError> {
    let codes = reasons.iter().map(|reason| reason.code().unwrap_or("None")).enumerate();
    let (outdated, others): (Vec<_>, Vec<_>) = codes
        .filter(|(_, code)| *code != "None")
        .partition(|(_, code)| *code == "ConditionalCheckFailed");
    if !outdated.is_empty() {
        let parts = outdated.into_iter().map(|(place, _)| place).collect();
        return Ok(Transacted::Outdated { parts, others_hold: others.is_empty() });
    }
    match others.first() {
        Some((_, "TransactionConflict" | "ReplicatedWriteConflict")) => Ok(Transacted::Contended),
        Some((_, "ProvisionedThroughputExceeded" | "ThrottlingError")) => {
            Err(StoreError::Throttled)
        }
        Some((_, code)) => Err(AwsFault::rejected(code).into()),
        None => Ok(Transacted::Contended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(codes: &[&str]) -> Result<Transacted, StoreError> {
        let reason = |code: &&str| CancellationReason::builder().code(*code).build();
        by_reasons(&codes.iter().map(reason).collect::<Vec<_>>())
    }

    fn outdated(parts: &[usize], others_hold: bool) -> Result<Transacted, StoreError> {
        Ok(Transacted::Outdated { parts: parts.to_vec(), others_hold })
    }

    #[test]
    fn a_cancelled_transaction_tells_which_parts_are_outdated() {
        let (failed, none) = ("ConditionalCheckFailed", "None");
        assert_eq!(came(&[failed, none, failed]), outdated(&[0, 2], true));
        assert_eq!(came(&["TransactionConflict", failed]), outdated(&[1], false));
        assert_eq!(came(&[failed, "ThrottlingError"]), outdated(&[0], false));
    }

    #[test]
    fn why_else_it_was_cancelled_is_told_by_name() {
        let throttled = Err(StoreError::Throttled);
        let rejected = Err(StoreError::Rejected { code: "ValidationError".to_owned() });
        for (code, expected) in [
            ("TransactionConflict", Ok(Transacted::Contended)),
            ("ReplicatedWriteConflict", Ok(Transacted::Contended)),
            ("ProvisionedThroughputExceeded", throttled.clone()),
            ("ThrottlingError", throttled),
            ("ValidationError", rejected),
            // It may quote.
            ("U012AB3CD", Err(StoreError::Rejected { code: "unknown".to_owned() })),
        ] {
            assert_eq!(came(&["None", code]), expected);
        }
        assert_eq!(came(&[]), Ok(Transacted::Contended));
    }
}
