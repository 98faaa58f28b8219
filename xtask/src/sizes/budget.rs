//! What a function may weigh and which clients it may link, checked in as `xtask/budgets.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::tree::{Fault, Tree};

/// Where the figures are.
pub(crate) const PATH: &str = "xtask/budgets.json";

/// The figure of one function.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// The size of the deployment package.
    pub(crate) zip_bytes: u64,
    /// The crates of the AWS clients, other than DynamoDB's, that its `main` names.
    pub(crate) clients: Vec<String>,
}

/// Every budget by the function's name.
///
/// # Errors
/// The file is missing, or something in it is not as the others are.
pub(crate) fn read(tree: &Tree) -> Result<BTreeMap<String, Budget>, Fault> {
    let fault = |line, what: String| {
        Fault::new(
            PATH,
            line,
            what,
            "{ \"name\": { \"zip_bytes\": 3355443, \"clients\": [\"aws_sdk_sqs\"] } }",
        )
    };
    let text = tree.text(PATH).ok_or_else(|| fault(1, "it is missing".to_owned()))?;
    let budgets: BTreeMap<String, Value> =
        serde_json::from_str(text).map_err(|error| fault(error.line(), error.to_string()))?;
    let budget = |(name, value): (String, Value)| match Budget::from_json(&value) {
        Some(budget) => Ok((name, budget)),
        None => {
            let line = crate::tree::line_of(text, &format!("\"{name}\""));
            Err(fault(line, format!("the budget of `{name}` cannot be read")))
        }
    };
    budgets.into_iter().map(budget).collect()
}

impl Budget {
    fn from_json(value: &Value) -> Option<Self> {
        let value = value.as_object()?;
        let zip_bytes = value.get("zip_bytes")?.as_u64()?;
        let clients = value.get("clients")?.as_array()?;
        let clients: Option<Vec<String>> =
            clients.iter().map(|client| client.as_str().map(str::to_owned)).collect();
        let clients = clients?;
        (value.len() == 2).then_some(Self { zip_bytes, clients })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read_by_name() {
        let text = "{\"send-digests\": {\"zip_bytes\": 9, \"clients\": [\"aws_sdk_sesv2\"]}}";
        let budgets = read(&Tree::of(&[(PATH, text)])).unwrap();
        let expected = Budget { zip_bytes: 9, clients: vec!["aws_sdk_sesv2".into()] };
        assert_eq!(budgets.get("send-digests"), Some(&expected));
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_at_its_line() {
        for text in [
            "{\n\"a\": {\"zip_bytes\": \"9\", \"clients\": []}}",
            "{\n\"a\": {\"zip_bytes\": 9}}",
            "{\n\"a\": 9}",
        ] {
            let fault = read(&Tree::of(&[(PATH, text)])).unwrap_err();
            assert!(
                fault.to_string().starts_with("xtask/budgets.json:2: the budget of `a`"),
                "{fault}"
            );
        }
        assert!(read(&Tree::default()).is_err());
    }
}
