//! Reading a query: like an object whose fields are strings.

use std::collections::HashMap;

use deserr::Deserr;

use super::violation::Violations;
use crate::json::Json;

/// Parameters of the query are wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the query has parameters that are wrong")]
pub struct QueryFault(Violations);

impl QueryFault {
    /// All of them, each at a path of one step, which is the parameter's name.
    #[must_use]
    pub fn violations(&self) -> &Violations {
        &self.0
    }
}

/// Reads parameters by their names. One that comes twice has both values, joined by a comma.
pub(super) fn read<T: Deserr<Violations>>(
    parameters: &HashMap<String, String>,
) -> Result<T, QueryFault> {
    let fields = parameters.iter().map(|(name, value)| (name.clone(), Json::String(value.clone())));
    deserr::deserialize(Json::Object(fields.collect())).map_err(QueryFault)
}
