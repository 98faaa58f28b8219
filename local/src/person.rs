//! `cargo dev export-person` and `cargo dev erase-person`: what operators do for a person who asks for it.

use std::path::Path;

use local::control::Remote;
use local::problem::Problem;
use serde_json::{Map, Value, json};

/// Whom it is about.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The org unit
    #[arg(long, allow_hyphen_values = true)]
    org_unit: String,
    /// The person, as the identity provider calls them
    #[arg(long, allow_hyphen_values = true)]
    user: String,
}

/// Everything that is kept of a person, as one document.
pub(crate) async fn export(folder: &Path, options: &Options) -> Result<Value, Problem> {
    let Options { org_unit, user } = options;
    let remote = Remote::find(folder)?;
    let mut question = json!({ "org_unit": org_unit, "user": user });
    let mut whole: Option<Map<String, Value>> = None;
    loop {
        let page: Map<String, Value> = remote.ask("export-person", &question).await?;
        let next = page.get("next").filter(|next| !next.is_null()).cloned();
        whole = Some(match whole {
            None => page,
            Some(whole) => joined(whole, page),
        });
        let (Some(next), Some(question)) = (next, question.as_object_mut()) else { break };
        question.insert("next".to_owned(), next);
    }
    let mut whole = whole.unwrap_or_default();
    drop(whole.remove("next"));
    Ok(Value::Object(whole))
}

/// What both say: of the lists all of it, of the rest what came first.
fn joined(mut whole: Map<String, Value>, page: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in page {
        if let (Some(Value::Array(list)), Value::Array(more)) = (whole.get_mut(&name), value) {
            list.extend(more);
        }
    }
    whole
}

/// Erases a person, and says how far that came.
pub(crate) async fn erase(folder: &Path, options: &Options) -> Result<Value, Problem> {
    let Options { org_unit, user } = options;
    let question = json!({ "org_unit": org_unit, "user": user });
    Remote::find(folder)?.ask("erase-person", &question).await
}
