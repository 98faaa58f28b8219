//! The example of RFC 8291, and messages read by other hands than what encrypts them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use web_push_native::p256::SecretKey;

use super::*;

/// What the example is about (RFC 8291, section 5 and appendix A).
const TEXT: &str = "When I grow up, I want to be a watermelon";
const OUR_PRIVATE_KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
const BROWSER_PRIVATE_KEY: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const BROWSER_PUBLIC_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";
const MESSAGE: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
                       Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB\
                       St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn keys() -> PushKeys {
    PushKeys { p256dh: BROWSER_PUBLIC_KEY.parse().unwrap(), auth: AUTH_SECRET.parse().unwrap() }
}

/// What the browser makes of a message, by an implementation that shares no line with ours.
fn read(message: &[u8]) -> Option<Vec<u8>> {
    let private_key = SecretKey::from_slice(&bytes(BROWSER_PRIVATE_KEY)).unwrap();
    let auth_secret = web_push_native::Auth::clone_from_slice(&bytes(AUTH_SECRET));
    web_push_native::decrypt(message.to_vec(), &private_key, &auth_secret).ok()
}

#[test]
fn the_example_of_rfc_8291_comes_out_to_the_last_byte() {
    let private_key = bytes(OUR_PRIVATE_KEY);
    #[expect(deprecated, reason = "nothing else makes `ring` draw the key of the example")]
    let random = ring::test::rand::FixedSliceRandom { bytes: &private_key };
    let drawn = Drawn {
        private_key: EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap(),
        salt: bytes(SALT).try_into().unwrap(),
    };
    let message = seal(&keys(), TEXT.as_bytes(), TEXT.len(), drawn).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(&message), MESSAGE);
    assert_eq!(read(&message).unwrap(), TEXT.as_bytes());
}

#[test]
fn the_size_of_a_message_says_little_of_its_text_and_is_never_more_than_4096() {
    for (shortest, longest, size) in
        [(0, 512, 615), (513, 1_024, 1_127), (1_025, 2_048, 2_151), (2_049, LARGEST_PAYLOAD, 4_096)]
    {
        for length in [shortest, longest] {
            let text = vec![b'a'; length];
            let message = encrypt(&keys(), &text).unwrap();
            assert_eq!(message.len(), size, "{length}");
            assert_eq!(read(&message).unwrap(), text);
        }
    }
    let too_large = encrypt(&keys(), &vec![b'a'; LARGEST_PAYLOAD + 1]);
    assert_eq!(too_large, Err(PushError::TooLarge));
}

#[test]
fn the_same_text_makes_another_message_each_time_with_another_key_and_salt() {
    let [one, other] = [(); 2].map(|()| encrypt(&keys(), b"hello").unwrap());
    assert_ne!(one[..16], other[..16]);
    assert_eq!(one[16..21], [0, 0, 16, 0, 65]);
    assert_ne!(one[21..86], other[21..86]);
    assert_ne!(one[86..], other[86..]);
}

#[test]
fn a_message_that_was_tampered_with_is_not_read() {
    let message = encrypt(&keys(), b"hello").unwrap();
    for at in [0, 30, 90, message.len() - 1] {
        let mut tampered = message.clone();
        tampered[at] ^= 1;
        assert_eq!(read(&tampered), None, "{at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Also texts that end in what padding and the delimiter are made of.
    #[test]
    fn the_browser_reads_what_was_written(
        text in proptest::collection::vec(any::<u8>(), 0..=LARGEST_PAYLOAD),
        end in proptest::collection::vec(0_u8..=2, 0..8),
    ) {
        let text: Vec<u8> = text.into_iter().chain(end).take(LARGEST_PAYLOAD).collect();
        prop_assert_eq!(read(&encrypt(&keys(), &text).unwrap()).unwrap(), text);
    }
}
