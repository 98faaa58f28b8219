//! A page of Markdown, a part of which is what was measured.

use std::fs;
use std::path::Path;

use local::problem::Problem;

/// What is above that part.
const BEGIN: &str = "<!-- measured: begin -->";

/// What is below it.
const END: &str = "<!-- measured: end -->";

/// Renews that part of a page.
pub(crate) fn renew(page: &Path, measured: &str) -> Result<(), Problem> {
    let place = page.display();
    let text = fs::read_to_string(page).map_err(|error| Problem::new(&place, error))?;
    let renewed = with(&text, measured);
    let renewed = renewed.ok_or_else(|| Problem(format!("{place} has no {BEGIN} … {END}")))?;
    fs::write(page, renewed).map_err(|error| Problem::new(&place, error))
}

fn with(text: &str, measured: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_the_measured_part_stays() {
        let page = format!("# Speed\n\n{BEGIN}\nold\n{END}\n\nThe end.\n");
        let renewed = with(&page, "new\n").unwrap();
        assert_eq!(renewed, format!("# Speed\n\n{BEGIN}\n\nnew\n\n{END}\n\nThe end.\n"));
        assert_eq!(with(&renewed, "new"), Some(renewed.clone()));
        assert_eq!(with("# Speed\n", "new"), None);
    }
}
