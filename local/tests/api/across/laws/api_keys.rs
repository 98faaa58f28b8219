//! The text of API keys.

use proptest::prelude::*;
use proptest::test_runner::Config;
use shared::auth::{ApiKeySecret, MalformedApiKey};

const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

proptest! {
    #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_key_that_is_made_is_read_and_different_bytes_make_different_keys(
        one in any::<[u8; 32]>(),
        other in any::<[u8; 32]>(),
    ) {
        let key = ApiKeySecret::from_random(one);
        prop_assert_eq!(key.reveal().len(), 53);
        prop_assert_eq!(ApiKeySecret::parse(key.reveal()), Ok(key.clone()));
        prop_assert_eq!(key == ApiKeySecret::from_random(other), one == other);
        prop_assert_eq!(key.digest().to_hex()[..32].to_owned(), key.digest().api_key_id().to_string());
    }

    #[test]
    fn keys_sort_as_their_numbers(one in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
        let text = |bytes| ApiKeySecret::from_random(bytes).reveal()[..47].to_owned();
        prop_assert_eq!(text(one).cmp(&text(other)), one.cmp(&other));
    }

    #[test]
    fn a_key_with_any_one_character_changed_is_refused(bytes in any::<[u8; 32]>()) {
        let key = ApiKeySecret::from_random(bytes);
        for (place, right) in key.reveal().char_indices() {
            for wrong in DIGITS.chars().chain("_-.".chars()).filter(|wrong| *wrong != right) {
                let mut changed = key.reveal().to_owned();
                changed.replace_range(place..=place, &wrong.to_string());
                prop_assert_eq!(ApiKeySecret::parse(&changed), Err(MalformedApiKey));
            }
        }
    }
}
