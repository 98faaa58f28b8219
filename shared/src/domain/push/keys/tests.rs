//! Which texts are keys.

use proptest::prelude::*;

use super::*;

/// Those of RFC 8291, section 5.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

#[test]
fn a_key_is_read_with_its_padding_or_without_and_written_without() {
    for text in [P256DH.to_owned(), format!("{P256DH}=")] {
        assert_eq!(text.parse::<BrowserKey>().unwrap().to_text(), P256DH);
        assert_eq!(text.parse::<ApplicationServerKey>().unwrap().to_text(), P256DH);
    }
    for text in [AUTH.to_owned(), format!("{AUTH}==")] {
        assert_eq!(text.parse::<AuthSecret>().unwrap().to_text(), AUTH);
    }
}

#[test]
fn what_is_no_point_of_the_curve_is_no_key() {
    let point = URL_SAFE_NO_PAD.decode(P256DH).unwrap();
    let changed = |at: usize, to: u8| {
        let mut bytes = point.clone();
        bytes[at] = to;
        bytes
    };
    let compressed = [&[2], &point[1..33]].concat();
    for bytes in [
        changed(0, 6),
        changed(1, 0),
        changed(64, 0),
        point[..64].to_vec(),
        [&point[..], &[0]].concat(),
        compressed,
        vec![0],
        vec![0; 65],
        [vec![4], vec![0; 64]].concat(),
        [vec![4], vec![0xff; 64]].concat(),
        Vec::new(),
    ] {
        assert!(BrowserKey::try_from(&bytes[..]).is_err(), "{bytes:?}");
        assert!(URL_SAFE_NO_PAD.encode(&bytes).parse::<ApplicationServerKey>().is_err());
    }
}

#[test]
fn what_is_not_in_the_alphabet_or_too_long_is_no_key() {
    let standard_alphabet = P256DH.replace('_', "/").replace('-', "+");
    let long = "A".repeat(100_000);
    for text in ["", "=", "====", " ", &standard_alphabet, &format!("{P256DH} "), &long] {
        assert!(text.parse::<BrowserKey>().is_err(), "{text}");
        assert!(text.parse::<AuthSecret>().is_err(), "{text}");
    }
    // The last character has bits of a byte that is not there.
    assert!("BTBZMqHH6r4Tts7J_aSIgh".parse::<AuthSecret>().is_err());
    for bytes in [0, 15, 17, 65] {
        assert!(AuthSecret::try_from(&vec![1; bytes][..]).is_err(), "{bytes}");
    }
}

#[test]
fn keys_are_stored_as_their_text_and_debugged_without() {
    let keys = PushKeys { p256dh: P256DH.parse().unwrap(), auth: AUTH.parse().unwrap() };
    assert_eq!(serde_json::to_value(&keys.p256dh).unwrap(), P256DH);
    let stored: AuthSecret = serde_json::from_value(AUTH.into()).unwrap();
    assert_eq!(stored, keys.auth);
    let debugged = format!("{keys:?} {:?} {:?}", keys.p256dh, keys.auth);
    assert_eq!(debugged, "PushKeys(…) BrowserKey(…) AuthSecret(…)");
}

proptest! {
    #[test]
    fn any_sixteen_bytes_are_a_secret_and_no_other_number_is(bytes: Vec<u8>, secret: [u8; 16]) {
        let secret = AuthSecret::try_from(&secret[..]).unwrap();
        prop_assert_eq!(secret.to_text().parse(), Ok(secret));
        prop_assert_eq!(AuthSecret::try_from(&bytes[..]).is_ok(), bytes.len() == 16);
    }

    #[test]
    fn no_text_makes_reading_a_key_panic(text: String) {
        prop_assert!(text.parse::<BrowserKey>().is_err());
        prop_assert!(text.parse::<AuthSecret>().is_err() || text.len() >= 22);
    }
}
