//! Edits that leave every other line, and so every comment, as it is.

/// Puts `line` among its siblings, the lines that `is_sibling` knows, where their order wants it.
///
/// # Errors
/// There is no sibling, so nobody can say where the line belongs.
pub(super) fn insert_sorted(
    text: &str,
    line: &str,
    is_sibling: impl Fn(&str) -> bool,
) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().collect();
    let siblings = || lines.iter().enumerate().filter(|(_, line)| is_sibling(line));
    let before = siblings().find(|(_, sibling)| **sibling > line).map(|(index, _)| index);
    let after = siblings().last().map(|(index, _)| index + 1);
    match before.or(after) {
        Some(index) => Ok(insert_at(&lines, index, line)),
        None => Err(format!("no line like `{}` is there to put it beside", line.trim())),
    }
}

/// Puts `block` before line `index`, which counts from 0.
pub(super) fn insert_at(lines: &[&str], index: usize, block: &str) -> String {
    let (head, tail) = lines.split_at(index.min(lines.len()));
    let block = [block.trim_end_matches('\n')];
    let lines = head.iter().chain(&block).chain(tail);
    lines.map(|line| format!("{line}\n")).collect()
}

/// The line after the block that the line `start` opens by being less indented than what follows:
/// after its last line that is not blank. Both count from 0.
pub(super) fn end_of_block(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outer = lines.get(start).map_or(0, |line| indent(line));
    let below = lines.iter().enumerate().skip(start + 1);
    let inside = below.take_while(|(_, line)| line.trim().is_empty() || indent(line) > outer);
    inside.filter(|(_, line)| !line.trim().is_empty()).last().map_or(start, |(index, _)| index) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# about\nmod delete_b;\nmod put_a;\n\nfn x() {}\n";

    fn is_mod(line: &str) -> bool {
        line.starts_with("mod ")
    }

    #[test]
    fn a_line_goes_where_the_order_of_its_siblings_wants_it() {
        let cases = [
            ("mod add_a;", "# about\nmod add_a;\nmod delete_b;\nmod put_a;\n\nfn x() {}\n"),
            ("mod get_a;", "# about\nmod delete_b;\nmod get_a;\nmod put_a;\n\nfn x() {}\n"),
            ("mod sync_a;", "# about\nmod delete_b;\nmod put_a;\nmod sync_a;\n\nfn x() {}\n"),
        ];
        for (line, expected) in cases {
            assert_eq!(insert_sorted(TEXT, line, is_mod).as_deref(), Ok(expected), "{line}");
        }
        assert!(insert_sorted("# about\n", "mod get_a;", is_mod).is_err());
    }

    #[test]
    fn a_block_ends_with_its_last_line_that_is_not_blank() {
        let lines = ["a:", "  b:", "    c: 1", "", "    d: 2", "", "# about e", "e: 1"];
        assert_eq!(end_of_block(&lines, 0), 5);
        assert_eq!(end_of_block(&lines, 1), 5);
        assert_eq!(end_of_block(&lines, 7), 8);
        assert_eq!(insert_at(&lines[..2], 1, "x\n"), "a:\nx\n  b:\n");
    }
}
