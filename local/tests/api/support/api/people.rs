//! Who calls.

use serde_json::json;

use super::super::caller::Caller;
use super::super::machine::NewMachine;
use super::Api;

impl Api {
    /// Someone signed in.
    pub(crate) fn person(&self, org_unit: &str, user: &str) -> Caller<'_> {
        self.stranger().with_claims(&json!({ "sub": user, "org_unit": org_unit }))
    }

    /// An admin, signed in.
    pub(crate) fn admin(&self, org_unit: &str) -> Caller<'_> {
        self.person(org_unit, "admin").with_claims(&json!({ "role": "admin" }))
    }

    /// A machine of the org unit; see [`NewMachine`].
    pub(crate) fn machine(&self, org_unit: &str) -> NewMachine<'_> {
        NewMachine::of(self.admin(org_unit), self.stranger())
    }

    /// Someone without any credential.
    pub(crate) fn stranger(&self) -> Caller<'_> {
        Caller::new(self)
    }
}
