//! One name everywhere: every spelling of a function's name comes from its folder's.

/// What a function does, first in its name. A closed list, so that two that do the same are named
/// the same.
const VERBS: [&str; 22] = [
    "accept", "add", "create", "decide", "delete", "deliver", "dispatch", "erase", "export", "get",
    "ingest", "list", "mark", "patch", "put", "record", "remove", "revoke", "send", "sync",
    "toggle", "update",
];

/// `put-notification-prefs` → `put_notification_prefs`: the crate, and the module of the test.
pub(crate) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `put-notification-prefs` → `PutNotificationPrefs`: what the logical ids of the template start
/// with.
pub(crate) fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

/// `put-notification-prefs` → `PutNotificationPrefsFunction`: the logical id in the template.
pub(crate) fn logical_id(name: &str) -> String {
    format!("{}Function", pascal(name))
}

/// Whether a new function may be called `name`; the error is the rule that it breaks.
pub(crate) fn check_new(name: &str) -> Result<(), String> {
    let word = |word: &str| {
        word.starts_with(|letter: char| letter.is_ascii_lowercase())
            && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    if name.len() > 48 || !name.split('-').all(word) {
        return Err(format!(
            "`{name}` must be words of a-z and 0-9 with one `-` between them, at most 48 characters, like `get-profile`"
        ));
    }
    match name.split_once('-') {
        Some((verb, _)) if VERBS.contains(&verb) => Ok(()),
        _ => Err(format!(
            "`{name}` must be a verb and a noun, like `get-profile`; the verbs are a closed list in xtask/src/names.rs: {}",
            VERBS.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_gives_all_the_others() {
        assert_eq!(snake("put-notification-prefs"), "put_notification_prefs");
        assert_eq!(logical_id("put-notification-prefs"), "PutNotificationPrefsFunction");
    }

    #[test]
    fn a_verb_and_a_noun_pass() {
        for name in ["get-profile", "put-channel-preference", "list-oauth2-clients"] {
            assert_eq!(check_new(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for name in [
            "profile",
            "get",
            "get-",
            "-get",
            "Get-Profile",
            "get_profile",
            "get--a",
            "profile-get",
            "get-1a",
        ] {
            assert!(check_new(name).is_err(), "{name}");
        }
        let refused = check_new("fetch-profile").unwrap_err();
        assert!(refused.contains("a closed list in xtask/src/names.rs: accept,"), "{refused}");
    }
}
