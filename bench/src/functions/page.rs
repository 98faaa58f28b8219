//! A page of Markdown, a part of which is what was measured.

use std::fs;
use std::path::Path;

use local::problem::Problem;

/// What is above a part, and what is below it.
fn markers(part: &str) -> [String; 2] {
    ["begin", "end"].map(|edge| format!("<!-- {part}: {edge} -->"))
}

/// Renews the part of a page that has this name in its markers.
pub(crate) fn renew(page: &Path, part: &str, measured: &str) -> Result<(), Problem> {
    let place = page.display();
    let text = fs::read_to_string(page).map_err(|error| Problem::new(&place, error))?;
    let renewed = with(&text, part, measured);
    let renewed = renewed.ok_or_else(|| {
        let [begin, end] = markers(part);
        Problem(format!("{place} has no {begin} … {end}"))
    })?;
    fs::write(page, renewed).map_err(|error| Problem::new(&place, error))
}

fn with(text: &str, part: &str, measured: &str) -> Option<String> {
    let [begin, end] = markers(part);
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_the_measured_part_stays() {
        let (begin, end) = ("<!-- inbox: begin -->", "<!-- inbox: end -->");
        let page = format!("# Speed\n\n{begin}\nold\n{end}\n\nThe end.\n");
        let renewed = with(&page, "inbox", "new\n").unwrap();
        assert_eq!(renewed, format!("# Speed\n\n{begin}\n\nnew\n\n{end}\n\nThe end.\n"));
        assert_eq!(with(&renewed, "inbox", "new"), Some(renewed.clone()));
        assert_eq!(with(&page, "load", "new"), None);
    }
}
