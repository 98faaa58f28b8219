//! A function that an operator asks.

use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Boot, Function};
use crate::app::App;
use crate::boot::operator::answer_operator;
use crate::boot::{Invocation, Undone};
use crate::failure::Failure;

/// A function that an operator invokes by its name, with a question in JSON. What it needs besides is named
/// next.
pub fn operator<H, Q, A>(handle: H) -> Boot<Operator<H, Q, A>>
where
    H: AsyncFn(&App, Q, Duration) -> Result<A, Failure>,
{
    Boot(Operator { handle, types: PhantomData })
}

/// See [`operator`].
pub struct Operator<H, Q, A> {
    handle: H,
    types: PhantomData<fn(Q) -> A>,
}

impl<H, Q, A> Function for Operator<H, Q, A>
where
    H: AsyncFn(&App, Q, Duration) -> Result<A, Failure>,
    Q: DeserializeOwned,
    A: Serialize,
{
    type Answer = A;

    async fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> Result<Self::Answer, Undone> {
        answer_operator(app, &self.handle, payload, invocation).await
    }
}
