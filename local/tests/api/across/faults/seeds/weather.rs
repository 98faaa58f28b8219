//! What one invocation meets, drawn from a seed.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use local::faults::{Fault, Plan, Rates};
use local::outbox::EmailFault;
use local::queue::QueueFault;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::Api;

/// How long one attempt to reach the store may take under faults.
pub(super) const ATTEMPT: Duration = Duration::from_millis(600);

/// So late that whoever asked has given up, and asked again.
const LATE: Fault = Fault::Delay(Duration::from_millis(800));

/// What may happen to a call, each as often as it stands here.
const FAULTS: [Fault; 14] = [
    Fault::LoseRequest,
    Fault::LoseRequest,
    Fault::LoseAnswer,
    Fault::LoseAnswer,
    Fault::LoseAnswer,
    Fault::Throttle,
    Fault::ExceedThroughput,
    Fault::Conflict,
    Fault::Conflict,
    Fault::Refuse,
    Fault::Unprocessed,
    Fault::NothingProcessed,
    Fault::Die,
    LATE,
];

const QUEUE_FAULTS: [QueueFault; 5] = [
    QueueFault::LoseRequest,
    QueueFault::LoseAnswer,
    QueueFault::TakeHalf,
    QueueFault::Throttle,
    QueueFault::Die,
];

/// What one invocation meets.
#[derive(Debug, Clone)]
pub(super) enum Weather {
    /// Each call may fail, and each in another way.
    Showers { seed: u64, percent: u8 },
    /// So many calls pass, and so many after them fail in one way.
    Outage { after: usize, calls: usize, fault: Fault },
    /// The store is well. Queues, and whoever sends emails, are not.
    Elsewhere { seed: u64 },
}

/// Longer than any invocation's calls are many.
const FOR_GOOD: usize = 1000;

pub(super) fn weather() -> impl Strategy<Value = Weather> {
    // Most make one call, and some many.
    let after = prop_oneof![3 => Just(0), 2 => 1..4_usize, 1 => 4..12_usize];
    let outage = (after, select(vec![1, 3, 8, FOR_GOOD]), select(FAULTS.to_vec()));
    prop_oneof![
        3 => (any::<u64>(), 20..80_u8).prop_map(|(seed, percent)| Weather::Showers { seed, percent }),
        3 => outage.prop_map(|(after, calls, fault)| Weather::Outage { after, calls, fault }),
        1 => any::<u64>().prop_map(|seed| Weather::Elsewhere { seed }),
    ]
}

impl Weather {
    /// The same, but that it passes while someone goes on trying.
    pub(super) fn passing(&self) -> Self {
        match self.clone() {
            Self::Outage { after, calls, fault } => {
                let fault = if fault == Fault::Refuse { Fault::LoseRequest } else { fault };
                Self::Outage { after, calls: calls.min(PASSING), fault }
            }
            other @ (Self::Showers { .. } | Self::Elsewhere { .. }) => other,
        }
    }

    /// Whether something is refused that trying again does not mend: alone that is answered 500.
    pub(super) fn refuses(&self) -> bool {
        matches!(self, Self::Outage { fault: Fault::Refuse, .. })
    }

    /// It begins. Every fault that anything meets is counted there.
    pub(super) fn set(&self, api: &Api, met: &Arc<AtomicUsize>) {
        let of_store = match self {
            Self::Showers { seed, percent } => Plan::seeded(*seed, showers(*percent)),
            Self::Outage { after, calls, fault } => {
                Plan::fail_calls(after + 1..after + 1 + calls, *fault)
            }
            Self::Elsewhere { .. } => Plan::default(),
        };
        api.faults.set(of_store.counting(met));
        let Self::Elsewhere { seed } = self else { return };
        let each = Rates::new(QUEUE_FAULTS.map(|fault| (9, fault)));
        for queue in
            [&api.queue_faults, &api.delivery_faults, &api.digest_faults, &api.feedback_faults]
        {
            queue.set(Plan::seeded(*seed, each.clone()).counting(met));
        }
        // What leaves open whether an email was sent has laws of its own.
        let of_email = Rates::new([(30, EmailFault::Fail), (20, EmailFault::TooMany)]);
        api.email_faults.set(Plan::seeded(*seed, of_email).counting(met));
    }
}

/// How many calls fail of whoever is not to be kept from what they do for good.
const PASSING: usize = 8;

/// Everything that may happen, in so many of a hundred calls.
fn showers(percent: u8) -> Rates {
    let often = [
        (4, Fault::LoseRequest),
        (4, Fault::LoseAnswer),
        (2, Fault::Throttle),
        (2, Fault::ExceedThroughput),
        (4, Fault::Conflict),
        (2, Fault::Unprocessed),
        (1, Fault::NothingProcessed),
    ];
    let all: u8 = often.iter().map(|(rate, _)| rate).sum();
    Rates::new(often.map(|(rate, fault)| (rate * (percent / all).max(1), fault)))
}

/// All is well again, and whatever was on its way has arrived.
pub(super) async fn clear(api: &Api) {
    api.faults.set(Plan::default());
    api.email_faults.set(Plan::default());
    for queue in [&api.queue_faults, &api.delivery_faults, &api.digest_faults, &api.feedback_faults]
    {
        queue.set(Plan::default());
    }
    api.faults.settled().await;
}
