//! The recorded events of `events/`.

use std::fs;
use std::path::{Path, PathBuf};

use local::problem::Problem;
use serde_json::Value;

/// The root of this repository, as it was when this was built.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// The recorded event of that function.
pub(crate) fn event(function: &str) -> Result<Value, Problem> {
    let file = root().join("events").join(function).with_extension("json");
    let place = file.display();
    let text = fs::read_to_string(&file).map_err(|error| Problem::new(&place, error))?;
    serde_json::from_str(&text).map_err(|error| Problem::new(&place, error))
}

/// Puts something else at that place of an event, if there is such a place.
pub(crate) fn set(event: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = event.pointer_mut(pointer) {
        *place = value;
    }
}
