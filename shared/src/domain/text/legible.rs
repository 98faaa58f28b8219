//! What people wrote, as it may be shown among other text.

/// The text with each line break as a line feed, and each other control character but the tab, or what
/// would turn around whatever follows, as U+FFFD.
#[must_use]
pub fn legible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_shown = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || turns_around(c));
    text.chars().map(|c| if is_shown(c) { c } else { '\u{fffd}' }).collect()
}

/// Whether it changes the direction of what stands after it, beyond the text that it is in (UAX 9).
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
