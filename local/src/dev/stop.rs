//! The end, as the developer asks for it: Ctrl-C, or a request to terminate.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::say;
use crate::problem::Problem;

/// Hears that the end is asked for, and tells whoever has to stop.
pub(super) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    stopping: watch::Sender<bool>,
}

impl Stop {
    /// From now on, signals do not end the process.
    pub(super) fn listen() -> Result<Self, Problem> {
        let hear =
            |kind| signal(kind).map_err(|error| Problem::new("signals cannot be heard", error));
        Ok(Self {
            interrupt: hear(SignalKind::interrupt())?,
            terminate: hear(SignalKind::terminate())?,
            stopping: watch::Sender::new(false),
        })
    }

    /// Resolves when the end is asked for.
    pub(super) fn asked(&self) -> impl Future<Output = ()> + use<> {
        let mut stopping = self.stopping.subscribe();
        // Without a sender there is nothing left to stop for.
        async move { drop(stopping.wait_for(|stopping| *stopping).await) }
    }

    /// Waits for the work, which stops when it is asked to; not for what is under way if it is
    /// asked twice. Says whether the work came to its end.
    pub(super) async fn run(&mut self, work: impl Future<Output = ()>) -> bool {
        tokio::pin!(work);
        tokio::select! {
            () = &mut work => return true,
            () = self.signal() => {}
        }
        self.stopping.send_replace(true);
        say("stopping when what is under way is done; Ctrl-C again to stop at once");
        tokio::select! {
            () = &mut work => true,
            () = self.signal() => false,
        }
    }

    async fn signal(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
