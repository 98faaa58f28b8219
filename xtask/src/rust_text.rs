//! Rust source with its comments and literals blanked out, so that a rule sees code and nothing
//! that is only said.

/// `text` with spaces for every character of a comment, string or character literal. Lines stay
/// where they are.
pub(crate) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let after_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = match next {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'r' | 'b' | 'c' if !after_word => prefixed_string(rest),
            _ => 0,
        };
        let (literal, tail) = rest.split_at(length);
        code.extend(literal.chars().map(|c| if c == '\n' { c } else { ' ' }));
        rest = tail;
        if length == 0 {
            code.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    code
}

/// What of `text` is built without `cfg(test)`: tests stand last in their file.
pub(crate) fn outside_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if path.contains("/tests/") || path.ends_with("/tests.rs") {
        return "";
    }
    text.find("#[cfg(test)]").and_then(|start| text.get(..start)).unwrap_or(text)
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string literal that `text` starts with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"` or `b'…'`; 0 if `text` starts with
/// none.
fn prefixed_string(text: &str) -> usize {
    let prefix = text.find(|c| !matches!(c, 'r' | 'b' | 'c')).unwrap_or(text.len());
    let (letters, rest) = text.split_at(prefix);
    if prefix > 2 {
        return 0;
    }
    let hashes = rest.find(|c| c != '#').unwrap_or(rest.len());
    let body = rest.get(hashes..).unwrap_or_default();
    if letters.contains('r') && body.starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = body.get(1..).unwrap_or_default();
        let length = inner.find(&end).map_or(inner.len(), |at| at + end.len());
        prefix + hashes + 1 + length
    } else if rest.starts_with('"') {
        prefix + string(rest)
    } else if letters == "b" && rest.starts_with('\'') {
        prefix + character(rest)
    } else {
        0
    }
}

/// The length of a character literal; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((escape, letter))) => {
            let after = escape + letter.len_utf8();
            let close = text.get(after..).and_then(|rest| rest.find('\''));
            close.map_or(0, |at| after + at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank_and_code_stays() {
        let cases = [
            ("a // todo!()\nb", "a           \nb"),
            ("a /* x /* y */ z */ b", "a                   b"),
            (r#"a("x \" y") + b"#, "a(        ) + b"),
            (r###"r#"x " y"# + b"###, "           + b"),
            ("b\"x\" + br\"y\" + c", "     +       + c"),
            ("'x' + '\\'' + '\\u{1}' + &'a str", "    +      +         + &'a str"),
            ("for r in bar { car }", "for r in bar { car }"),
            ("\"é\nx\"y", "  \n  y"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn tests_are_not_looked_at() {
        assert_eq!(outside_tests("a/src/b.rs", "x\n#[cfg(test)]\nmod tests {}"), "x\n");
        assert_eq!(outside_tests("a/tests/b.rs", "x"), "");
        assert_eq!(outside_tests("a/src/b.rs", "x"), "x");
    }
}
