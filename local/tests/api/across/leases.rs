//! What outlives what, by `template.yaml` and by the leases of those who are at work.

use std::time::Duration;

use local::template::Template;
use shared::erasures::SETTLING;
use shared::store::{DELIVERY_LEASE, SYNC_LEASE};

#[test]
fn a_worker_is_killed_before_anyone_else_gets_its_messages() {
    let template = Template::load().expect("the template");
    for (name, queue) in &template.queues {
        let (function, _) = template.worker(name).expect("a worker");
        // AWS advises six times, for batches that are throttled on their way to the worker.
        assert!(queue.visibility_timeout >= function.timeout * 6, "{name}");
    }
}

#[test]
fn a_claim_outlives_its_worker_and_the_queue_outlives_the_claim() {
    let template = Template::load().expect("the template");
    let lease = Duration::try_from(DELIVERY_LEASE).expect("a time");
    for name in ["DeliveryQueue", "DigestQueue"] {
        let rules = &template.queues[name];
        let (worker, _) = template.worker(name).expect("a worker");
        assert!(worker.timeout < lease && lease < rules.visibility_timeout, "{name}");
    }
}

#[test]
fn whoever_is_at_a_sync_is_gone_before_someone_else_goes_on_with_it() {
    let template = Template::load().expect("the template");
    let sync = template.functions.iter().find(|it| it.name == "sync-slack-identities");
    let lease = Duration::try_from(SYNC_LEASE).expect("a time");
    assert!(sync.expect("a function").timeout < lease);
}

#[test]
fn whoever_saw_no_mark_of_an_erasure_is_gone_before_it_is_done() {
    let template = Template::load().expect("the template");
    let settling = Duration::try_from(SETTLING).expect("a time");
    let others = template.functions.iter().filter(|function| function.name != "erase-person");
    for function in others {
        assert!(function.timeout * 2 <= settling, "{}", function.name);
    }
}
