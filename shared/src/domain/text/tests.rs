//! What each text may be, at its limits and one past them.

use std::fmt::Debug;
use std::str::FromStr;

use super::*;

/// Holds a type to texts it takes and texts it does not.
fn assert_rule<T: FromStr<Err = InvalidText> + Debug>(good: &[&str], bad: &[&str]) {
    for text in good {
        let taken = text.parse::<T>();
        assert!(taken.is_ok(), "{text:?}");
        let shown = format!("{taken:?}");
        assert!(shown.ends_with("(…))"), "{shown}");
    }
    for text in bad {
        assert!(text.parse::<T>().is_err(), "{text:?}");
    }
}

#[test]
fn a_line_has_1_to_300_characters_and_is_one() {
    let (most, more) = ("€".repeat(300), "€".repeat(301));
    let good = ["a", " a ", "Ünïcödé 🦀", "a\u{200d}b", &most];
    let bad =
        ["", " ", "\u{a0}", &more, "a\nb", "a\r", "a\tb", "a\0", "a\u{7f}", "a\u{85}", "a\u{2028}"];
    assert_rule::<Line>(&good, &bad);
    assert_rule::<Line>(&["\u{feff}a"], &["\u{feff}", "\u{200b} \u{200d}", "\u{ad}", "\u{e0020}"]);
}

#[test]
fn a_name_of_a_person_may_be_empty() {
    let (most, more) = ("é".repeat(300), "é".repeat(301));
    assert_rule::<PersonName>(&["", " ", "Alice", "O’Neill", &most], &[&more, "a\nb", "\u{1b}[1m"]);
}

#[test]
fn a_body_has_at_most_4000_characters_and_a_comment_at_least_one() {
    let (most, more) = ("🦀".repeat(4_000), "a".repeat(4_001));
    assert_rule::<MessageBody>(&["", "a\r\n\tb", &most], &[&more]);
    assert_rule::<CommentText>(&[" ", "a\r\n\tb", &most], &["", &more]);
}

#[test]
fn a_notice_has_at_most_16_kib_of_utf_8() {
    let (most, more) = ("é".repeat(8 * 1024), "a".repeat(16 * 1024 + 1));
    assert_rule::<NoticeText>(&["a", "a\nb", &most], &["", &more]);
}

#[test]
fn an_address_is_one_address_and_nothing_else() {
    let domain = "b".repeat(252);
    let (most, more) = (format!("a@{domain}"), format!("ab@{domain}"));
    let good = ["a@b", "Jane.Doe+x@example.com", "jané@exämple.com", "o'neill@example.com", &most];
    let bad = [
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b ",
        "a@b\r\nBcc:c@d",
        "a@b\u{a0}",
        "a@b\0",
        "<a@b>",
        "a,b@c",
        "a;b@c",
        "\"a\"@b",
        "a@[127.0.0.1]",
        &more,
    ];
    assert_rule::<EmailAddress>(&good, &bad);
}

#[test]
fn a_zone_has_a_name_as_in_the_iana_database() {
    let (most, more) = ("a".repeat(64), "a".repeat(65));
    let good = ["UTC", "Europe/Amsterdam", "Etc/GMT+5", "America/Port-au-Prince", &most];
    assert_rule::<ZoneName>(&good, &["", "Europe Amsterdam", "../zone", "Ä", "a\n", &more]);
}

#[test]
fn a_picture_is_somewhere_under_https() {
    let most = format!("https://a/{}", "b".repeat(2_048 - 10));
    let more = format!("{most}b");
    let good = ["https://a", "HTTPS://a.example:8443/b?c=%C3%A9#d", "https://[::1]/", &most];
    let bad = [
        "",
        "https://",
        "https:///a",
        "https://?a",
        "http://a",
        "//a",
        "data:image/png,a",
        "javascript:alert(1)//https://a",
        " https://a",
        "https://a b",
        "https://a/\"onerror=",
        "https://a/<b>",
        "https://a/é",
        "https://a/%zz",
        "https://a/%4",
        "https://a\n",
        &more,
    ];
    assert_rule::<PictureUrl>(&good, &bad);
}

#[test]
fn a_text_is_stored_as_it_is_and_checked_when_it_comes_back() {
    let line: Line = "  Ünïcödé \"🦀\" ".parse().unwrap();
    let stored = serde_json::to_string(&line).unwrap();
    assert_eq!(serde_json::from_str::<Line>(&stored).unwrap(), line);
    assert!(serde_json::from_str::<Line>("\"a\\nb\"").is_err());
    assert!(serde_json::from_str::<Line>("7").is_err());
}
