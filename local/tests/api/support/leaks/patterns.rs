//! What looks like a secret to anyone, or like the inside of the program, whatever a test has gathered.

use super::Place;
use super::readings::readings;

/// What stands in no line and no answer, in any form: what it is, and how it is told.
type Pattern = (&'static str, fn(&str) -> bool);

const PATTERNS: [Pattern; 10] = [
    ("a JSON Web Token", |text| text.contains("eyJ")),
    ("an API key", |text| follows(text, "npk_", 16, |it| it.is_ascii_alphanumeric())),
    ("a Slack token", has_slack_token),
    ("a Slack id", has_slack_id),
    ("an email address", has_address),
    ("a bearer credential", |text| follows(&text.to_lowercase(), "bearer ", 16, is_of_token)),
    ("a key of AWS", has_aws_key),
    ("a private key", |text| text.contains("-----BEGIN") || text.contains("\"d\":\"")),
    ("a link that turns email off", |text| follows(text, "/unsubscribe/", 16, is_of_token)),
    ("the inside of the program", has_inside),
];

/// How the line begins that says where the code panicked.
const PANIC: &str = r#"{"level":"error","event.name":"panic","event.detail":""#;

/// Texts of a Rust program about itself, of the SDK about its errors, and of the fault proxy about itself.
const INSIDE: [&str; 17] = [
    "/src/",
    ".rs:",
    "panicked at",
    "RUST_BACKTRACE",
    "Some(",
    "Err(",
    "Error {",
    "Error(",
    "SdkError",
    "service error",
    "dispatch failure",
    "unhandled error",
    "construction failure",
    "called `",
    "serde_json",
    "com.amazonaws",
    "injected",
];

/// What a text looks like, if it looks like anything that may not be said.
pub(super) fn find(place: Place, text: &str) -> Option<String> {
    let panic = text.strip_prefix(PANIC).filter(|_| place == Place::Log);
    if let Some(detail) = panic {
        let is_place = detail.strip_suffix("\"}").is_some_and(is_place_in_source);
        return (!is_place).then(|| "more of a panic than where".to_owned());
    }
    let told = readings(text);
    let found = |(_, is_there): &&Pattern| told.iter().any(|reading| is_there(reading));
    PATTERNS.iter().find(found).map(|(what, _)| (*what).to_owned())
}

/// `shared/src/store.rs:12:5`
fn is_place_in_source(text: &str) -> bool {
    let mut parts = text.split(':');
    let file = parts.next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    file.ends_with(".rs")
        && !file.contains(' ')
        && parts.clone().count() == 2
        && parts.all(is_number)
}

/// Whether so many characters of a kind stand after that text.
fn follows(text: &str, start: &str, least: usize, is_fine: fn(char) -> bool) -> bool {
    text.split(start)
        .skip(1)
        .any(|rest| rest.chars().take_while(|it| is_fine(*it)).count() >= least)
}

/// As RFC 6750 (section 2.1) has them.
fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/".contains(character)
}

/// `xoxb-…`, `xoxp-…` and the others.
fn has_slack_token(text: &str) -> bool {
    text.split("xox").skip(1).any(|rest| {
        let mut rest = rest.chars();
        rest.next().is_some_and(|kind| kind.is_ascii_lowercase()) && rest.next() == Some('-')
    })
}

/// `U012AB3CD`: a word of capital letters and digits, of which it has some.
fn has_slack_id(text: &str) -> bool {
    words(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_').any(|word| {
        let is_fine = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        word.len() >= 9
            && matches!(word[0], b'U' | b'W')
            && word.iter().all(|byte| is_fine(*byte))
            && word.iter().any(u8::is_ascii_digit)
    })
}

/// Something at a host whose name has a dot.
fn has_address(text: &str) -> bool {
    let is_fine =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-@".contains(&byte);
    words(text, is_fine).any(|word| {
        let mut parts = word.split(|byte| *byte == b'@');
        let name = parts.next().unwrap_or_default();
        let host = parts.next().unwrap_or_default();
        let dot = host.iter().position(|byte| *byte == b'.');
        !name.is_empty() && dot.is_some_and(|dot| dot > 0 && dot + 1 < host.len())
    })
}

/// An id of a key, or what looks like the key itself: forty characters of base64 with letters of both kinds, a digit,
/// and nothing that words have.
fn has_aws_key(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
    words(text, is_fine).any(|word| {
        let has = |kind: fn(&u8) -> bool| word.iter().any(kind);
        let is_id = word.len() == 20 && (word.starts_with(b"AKIA") || word.starts_with(b"ASIA"));
        let is_key = word.len() == 40
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_digit);
        is_id || is_key
    })
}

/// A path of Rust, or a text of [`INSIDE`].
fn has_inside(text: &str) -> bool {
    let is_path = text.split("::").collect::<Vec<_>>().windows(2).any(|sides| {
        sides[0].ends_with(|it: char| it.is_ascii_alphanumeric() || it == '_' || it == '>')
            && sides[1].starts_with(|it: char| it.is_ascii_alphabetic() || it == '<')
    });
    is_path || INSIDE.iter().any(|inside| text.contains(inside))
}

fn words(text: &str, is_of_word: impl Fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().split(move |byte| !is_of_word(*byte)).filter(|word| !word.is_empty())
}
