//! Spellings.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What keys, paths, queries and ids of ours are put together with.
const SEPARATORS: [&str; 11] = ["#", "/", "|", ":", "::", "%", "?", "&", "\\", ";", "\0"];

/// What ids may hold, and a store or a path might take for more.
pub(super) const HARMLESS: [&str; 14] = [
    "|",
    ":",
    "::",
    ".",
    "..",
    "-",
    "@",
    "_",
    "7|",
    "7:",
    "7::PREFS",
    "acme::USER::7",
    "USER",
    "ACME",
];

/// Every byte of it escaped (RFC 3986, section 2.1).
pub(super) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What has to be escaped everywhere; a colon has not, nor what an id of ours holds.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b':').remove(b'-').remove(b'_');

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// What looks like it, but is no letter or digit of ASCII: of Cyrillic, or of full width.
fn look_alikes(text: &str) -> [String; 5] {
    let cyrillic = |one: char| match one {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'K' => 'К',
        '1' => 'l',
        other => other,
    };
    let wide = |one: char| match one {
        '!'..='~' => char::from_u32(u32::from(one) + 0xFEE0).expect("a character"),
        other => other,
    };
    let turned = |one: char| {
        if one.is_ascii_lowercase() { one.to_ascii_uppercase() } else { one.to_ascii_lowercase() }
    };
    [
        text.chars().map(cyrillic).collect(),
        text.chars().map(wide).collect(),
        text.chars().map(turned).collect(),
        // A space of no width, and an accent on the last character.
        format!("{text}\u{200b}"),
        format!("{text}\u{301}"),
    ]
}

/// Spellings of that id which are not that id, as a path or a query has them.
pub(super) fn odd(good: &str) -> BTreeSet<String> {
    let mut odd: Vec<String> = look_alikes(good).iter().map(|text| escaped(text)).collect();
    for separator in SEPARATORS {
        for text in [
            separator.to_owned(),
            format!("{good}{separator}"),
            format!("{separator}{good}"),
            format!("{good}{separator}{good}"),
        ] {
            // Once, and twice, which says what is escaped once.
            odd.extend([escaped(&text), escaped(&escaped(&text))]);
        }
    }
    // Escaped twice, no UTF-8, no escape, and 2 KB.
    odd.extend([encoded(&encoded(good)), format!("{good}%FF"), format!("{good}%zz")]);
    odd.extend(["%2E%2E", "%2E%2E%2F", "%0A", "%20", "%C3%28"].map(|text| format!("{good}{text}")));
    odd.extend([" ", "..", "."].map(escaped));
    odd.extend(["a".repeat(2048), format!("{good}{}", "a".repeat(2048)), "%00".repeat(683)]);
    odd.into_iter().filter(|text| text != &escaped(good) && text != good).collect()
}

/// Texts that are no ids.
pub(super) fn refused() -> Vec<String> {
    let mut refused: Vec<String> = vec![String::new(), "x".repeat(129), "x".repeat(2048)];
    refused.extend(
        ["7\0", "7\n", " ", "7 ", "OU#acme#USER#7", "acme#USER#7", "7%2F", "%00"]
            .map(str::to_owned),
    );
    refused.extend(["%23", "%2523", "a\\b", "7;", "é", "е"].map(str::to_owned));
    refused.extend(["#", "/", "%", "?", "&"].map(|separator| format!("acme{separator}7")));
    let [cyrillic, wide, _, space, accent] = look_alikes("acme");
    refused.extend([cyrillic, wide, space, accent]);
    refused
}
