//! From a handler to a running function; and to a test, or the local gateway, calling it.

mod answer;
mod lambda;

pub use answer::{Invocation, answer};
pub use lambda::{Http, ReadyHttp, app, http};
