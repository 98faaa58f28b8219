//! Machines, with keys that an admin makes through the endpoint.

use std::future::IntoFuture;

use futures_util::future::{FutureExt as _, LocalBoxFuture};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::caller::Caller;

/// A machine that is let in once it is awaited: `api.machine("acme").with("events:write").await`.
///
/// That is one request of an admin, in the log and among the calls to the store.
pub(crate) struct NewMachine<'a> {
    admin: Caller<'a>,
    machine: Caller<'a>,
    body: Value,
}

impl<'a> NewMachine<'a> {
    pub(super) fn of(admin: Caller<'a>, machine: Caller<'a>) -> Self {
        let body = json!({ "name": "a machine", "permissions": [] });
        Self { admin, machine, body }
    }

    /// With a permission more; it takes one at least.
    pub(crate) fn with(mut self, permission: &str) -> Self {
        self.body["permissions"].as_array_mut().expect("an array").push(json!(permission));
        self
    }

    /// With every permission there is.
    pub(crate) fn with_all(self) -> Self {
        let all = shared::auth::Permission::ALL.map(shared::auth::Permission::name);
        all.into_iter().fold(self, Self::with)
    }

    /// With a key that is good until then.
    pub(crate) fn until(mut self, expires_at: &str) -> Self {
        self.body["expires_at"] = json!(expires_at);
        self
    }

    /// The key as it is shown when it is made.
    pub(crate) async fn key(&self) -> Value {
        let answer = self.admin.post("/v1/api-keys", &self.body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }
}

impl<'a> IntoFuture for NewMachine<'a> {
    type Output = Caller<'a>;
    type IntoFuture = LocalBoxFuture<'a, Caller<'a>>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let key = self.key().await;
            self.machine.with_token(key["key"].as_str().expect("a key"))
        }
        .boxed_local()
    }
}
