//! A push service on this machine, as the three RFCs describe one: it takes messages for any endpoint,
//! over HTTP on a port, and hands them to nobody.
//!
//! Of a request it checks what RFC 8030 (section 5: `TTL`, `Urgency`, `Topic`), RFC 8188 (section 2.1: the
//! header of the one record), RFC 8291 (section 4: its size) and RFC 8292 (sections 2 to 4: the token, its
//! signature, for whom and for how long) ask of it. It knows no subscriptions, and so takes messages with
//! any key.

mod browser;
mod fault;
mod folder;
mod memory;
mod request;
mod server;

use std::net::SocketAddr;
use std::sync::Arc;

use shared::app::Clock;

pub use browser::Browser;
pub use fault::PushFault;
pub use folder::PushFolder;
pub use request::Message;
pub use server::{Messages, start};

use crate::faults::Plan;
use crate::problem::Problem;
use memory::Memory;

/// A running push service that keeps what comes, and fails as told. It ends with the runtime.
pub struct LocalPushService {
    address: SocketAddr,
    memory: Arc<Memory>,
}

impl LocalPushService {
    /// Starts one. Tokens are good or not by that clock.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no port to listen on.
    pub async fn start(clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let memory = Arc::new(Memory::default());
        let address = start(memory.clone(), clock).await?;
        Ok(Self { address, memory })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, messages meet this, whichever endpoint they are for; [`LocalPushService::calls`]
    /// starts anew.
    pub fn set(&self, plan: Plan<PushFault>) {
        self.memory.set(plan);
    }

    /// The next messages for that endpoint meet these, one each, and no other.
    pub fn fail_at(&self, endpoint: &str, faults: impl IntoIterator<Item = PushFault>) {
        self.memory.fail_at(endpoint, faults.into_iter().collect());
    }

    /// The endpoints of the messages that came since [`LocalPushService::set`], in their order, failed
    /// ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.memory.calls()
    }

    /// Every message that was taken, in the order that they came; and there are none again.
    #[must_use]
    pub fn take_messages(&self) -> Vec<Message> {
        self.memory.take_messages()
    }

    /// Waits until somebody has died of [`PushFault::Die`]; each death is told once.
    pub async fn death(&self) {
        self.memory.death().await;
    }
}

#[cfg(test)]
mod tests;
