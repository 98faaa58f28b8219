//! What must hold for any bytes that come in as a credential, a link, a cursor or an event: the laws of
//! `fuzz/`'s targets.
//!
//! Each function takes the bytes through the doors that requests and messages take, panics where a law does
//! not hold, and says whether anything was let in. They are built for tests, which put the kept corpus through
//! them, and by `cargo fuzz`, which looks for more; never into what ships.

mod api_key;
mod cursor;
mod event;
mod gateway;
mod issuer;
mod token;
mod unsubscribe_token;

#[cfg(test)]
mod tests;

use futures_util::FutureExt as _;

pub use api_key::api_key;
pub use cursor::cursor;
pub use event::event;
pub use token::token;
pub use unsubscribe_token::unsubscribe_token;

use crate::telemetry::Log;

/// When everything here happens, in seconds since 1970: 2026-03-13T14:00:00Z.
const NOW: i64 = 1_773_410_400;

/// A log that nobody reads.
struct Silence;

impl Log for Silence {
    fn write(&self, _: &str) {}
}

/// What comes of it. The doubles behind it answer at once, so it waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing here takes time")
}
