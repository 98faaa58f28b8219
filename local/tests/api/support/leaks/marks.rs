//! What is known for a secret, or for something of the inside, by how it looks.

/// What begins so is a secret, or was not written for anyone outside.
const BEGINNINGS: [(&str, &str); 11] = [
    ("eyJ", "a token"),
    ("npk_", "an API key"),
    ("xoxb-", "a token of Slack's"),
    ("xoxp-", "a token of Slack's"),
    ("xapp-", "a token of Slack's"),
    ("AKIA", "a key of AWS's"),
    ("-----BEGIN", "a private key"),
    ("panicked at", "a panic"),
    ("RUST_BACKTRACE", "a panic"),
    ("OU#", "a key of the table"),
    ("::Error", "a type of Rust's"),
];

/// What a text holds that must not be in it.
pub(crate) fn mark_in(text: &str) -> Option<&'static str> {
    let begun = BEGINNINGS.iter().find(|(beginning, _)| text.contains(beginning));
    let words = || text.split(|it: char| !it.is_ascii_alphanumeric());
    begun
        .map(|(_, mark)| *mark)
        .or_else(|| has_address(text).then_some("an email address"))
        .or_else(|| words().any(is_slack_user).then_some("the id of a Slack user"))
}

/// `U` or `W` and eight or more capital letters and digits, one of each at least.
fn is_slack_user(word: &str) -> bool {
    let is_id = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit();
    word.len() >= 9
        && word.starts_with(['U', 'W'])
        && word.chars().all(is_id)
        && word.chars().any(|it| it.is_ascii_digit())
}

/// Somebody at a domain with a dot in it.
fn has_address(text: &str) -> bool {
    let mut before = '\0';
    text.char_indices().any(|(at, it)| {
        let is_local = before.is_ascii_alphanumeric() || "._+-".contains(before);
        before = it;
        if it != '@' || !is_local {
            return false;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && !".-".contains(it));
        let domain = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        domain.trim_end_matches('.').contains('.')
    })
}
