//! What is an id, and what is not.

use deserr::errors::JsonError;
use serde_json::json;

use super::*;

#[test]
fn an_id_of_an_identity_provider_is_accepted() {
    for id in ["7", "auth0|5f7c", "user_2abc", "jane.doe@example.com", "eu-west-1:0b1c-22"] {
        assert_eq!(UserId::parse(id).unwrap().as_str(), id);
    }
}

#[test]
fn an_id_with_another_character_or_length_is_refused() {
    for id in ["", "a b", "a#b", "a/b", "ä", "a\0", "７", &"x".repeat(129)] {
        assert_eq!(UserId::parse(id), Err(InvalidId), "{id:?}");
        assert_eq!(OrgUnitId::parse(id), Err(InvalidId), "{id:?}");
        assert_eq!(ProjectId::parse(id), Err(InvalidId), "{id:?}");
    }
    assert!(UserId::parse(&"x".repeat(128)).is_ok());
}

#[test]
fn only_a_canonical_decimal_below_2_to_the_53_is_a_number() {
    let number = |id: &str| UserId::parse(id).unwrap().as_integer();
    assert_eq!(number("0"), Some(0));
    assert_eq!(number("7"), Some(7));
    assert_eq!(number("9007199254740991"), Some((1 << 53) - 1));
    for text in ["9007199254740992", "07", "00", "-7", "7.0", "1e3", "auth0|7"] {
        assert_eq!(number(text), None, "{text}");
    }
}

#[test]
fn a_number_and_its_text_are_one_id() {
    let read = |value| deserr::deserialize::<UserId, _, JsonError>(value).unwrap();
    assert_eq!(read(json!(7)), read(json!("7")));
    assert_eq!(read(json!(9_007_199_254_740_991_u64)).as_str(), "9007199254740991");
    assert_eq!(read(json!("auth0|7")).as_str(), "auth0|7");
    // Text is kept as it is.
    assert_ne!(read(json!(7)), read(json!("07")));
}

#[test]
fn what_is_no_id_is_told_what_one_is() {
    let rule = |value| deserr::deserialize::<IssueId, _, JsonError>(value).unwrap_err().to_string();
    for value in [
        json!(9_007_199_254_740_992_u64),
        json!(-7),
        json!(7.5),
        json!(7.0),
        json!(null),
        json!(true),
        json!(["7"]),
        json!({"id": 7}),
    ] {
        let shown = value.to_string();
        assert!(rule(value).contains("must be a string or a whole number below 2^53"), "{shown}");
    }
    assert!(rule(json!("a#b")).contains(&InvalidId.to_string()));
    assert!(rule(json!("")).contains(&InvalidId.to_string()));
}

#[test]
fn an_id_is_stored_as_its_text_and_checked_when_it_comes_back() {
    let team = TeamId::parse("7").unwrap();
    assert_eq!(serde_json::to_value(&team).unwrap(), "7");
    assert_eq!(serde_json::from_value::<TeamId>(json!("7")).unwrap(), team);
    assert!(serde_json::from_value::<TeamId>(json!("a#b")).is_err());
    assert!(serde_json::from_value::<TeamId>(json!(7)).is_err());
}

#[test]
fn debug_output_does_not_name_the_person() {
    let user = UserId::parse("jane.doe@example.com").unwrap();
    assert_eq!(format!("{user:?}"), "UserId(…)");
    let key: IssueKey = "SECRET-42".parse().unwrap();
    assert_eq!(format!("{key:?}"), "IssueKey(…)");
}

#[test]
fn no_id_holds_the_separator_of_keys() {
    let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@|-";
    for byte in 0..=u8::MAX {
        let character = char::from(byte);
        let text = format!("a{character}b");
        let ids = [
            OrgUnitId::parse(&text).is_ok(),
            UserId::parse(&text).is_ok(),
            OrgMemberId::parse(&text).is_ok(),
            ProjectId::parse(&text).is_ok(),
            IssueId::parse(&text).is_ok(),
            CommentId::parse(&text).is_ok(),
            TeamId::parse(&text).is_ok(),
            ReportId::parse(&text).is_ok(),
            LeadId::parse(&text).is_ok(),
        ];
        assert_eq!(ids, [allowed.contains(character); 9], "{character:?}");
        let key = format!("a{character}b-1").parse::<IssueKey>();
        assert!(key.is_err() || allowed.contains(character), "{character:?}");
    }
    assert!(!allowed.contains('#'));
}
