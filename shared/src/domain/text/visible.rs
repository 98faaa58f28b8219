//! Texts that nobody sees.

/// Whether a reader would see nothing of the text: it has no character but white space and such as are
/// shown nowhere by themselves (`White_Space` and `Default_Ignorable_Code_Point` of UAX 44).
pub(in crate::domain) fn shows_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_ignorable(c))
}

/// `Default_Ignorable_Code_Point`, as of Unicode 16. What it will hold one day is reserved already.
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_what_is_never_shown_is_nothing_to_see() {
        for text in
            ["", " \u{3000}", "\u{feff}", "\u{200b}\u{2060}", "\u{3164}", "\u{e0041}\u{fe0f}"]
        {
            assert!(shows_nothing(text), "{text:?}");
        }
        for text in ["a", "\u{feff}a", "\u{fffd}", "\u{2764}\u{fe0f}", "\u{1f468}\u{200d}\u{1f469}"]
        {
            assert!(!shows_nothing(text), "{text:?}");
        }
    }
}
