//! What work does with a failure.

use super::*;

#[test]
fn work_waits_for_what_passes_and_for_what_a_deployment_may_put_right() {
    let store = |code: &str| Failure::Store(StoreError::Rejected { code: code.to_owned() });
    let queue = |code: &str| Failure::Queue(QueueError::Rejected { code: code.to_owned() });
    let secret = |code: &str| Failure::Secret(SecretError::Rejected { code: code.to_owned() });
    for failure in [
        Failure::DeadlineExceeded,
        Failure::Store(StoreError::Throttled),
        Failure::Store(StoreError::Full { leaf: "member" }),
        Failure::Queue(QueueError::Throttled),
        Failure::Secret(SecretError::Throttled),
        secret("AccessDeniedException"),
        Failure::UnsubscribeKeys(InvalidUnsubscribeKeys),
        Failure::NoPublicUrl(NoPublicUrl),
        store("AccessDeniedException"),
        store("ResourceNotFoundException"),
        queue("AWS.SimpleQueueService.NonExistentQueue"),
    ] {
        assert!(failure.may_pass(), "{failure}");
    }
    for failure in [
        Failure::Panicked,
        Failure::EventGone,
        store("ValidationException"),
        queue("InvalidMessageContents"),
        secret("InvalidRequestException"),
        Failure::UnsubscribeToken(InvalidToken),
    ] {
        assert!(!failure.may_pass(), "{failure}");
    }
}
