//! RFC 8725, section 3.3: a signature that was taken off, cut, touched or put under something else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{KeyPair as _, RsaPublicKeyComponents};
use serde_json::json;

use super::{Api, Forgery, HEADER, SIGNATURE, assert_refused, claims, encode, good, start};
use crate::support::keys::{EDDSA, ES256, Key, RS256};

/// What signs the tokens that are touched.
fn keys() -> [&'static Key; 3] {
    [&*RS256, &*ES256, &*EDDSA]
}

/// The message of a token and its signature.
fn split(token: &str) -> (String, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').expect("a signature");
    (message.to_owned(), URL_SAFE_NO_PAD.decode(signature).expect("base64url"))
}

/// One bit of each byte, and of the first and the last byte every bit.
fn flipped(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for key in keys() {
        let (message, signature) = split(&good(api, key));
        let last = signature.len() - 1;
        let one_each = (0..signature.len()).map(|byte| (byte, byte % 8));
        let at_the_ends = [0, last].into_iter().flat_map(|byte| (0..8).map(move |bit| (byte, bit)));
        for (byte, bit) in one_each.chain(at_the_ends) {
            let mut touched = signature.clone();
            touched[byte] ^= 1 << bit;
            let name = format!("{}, bit {bit} of byte {byte}", key.algorithm());
            let token = format!("{message}.{}", encode(touched));
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
    }
    forgeries
}

/// Every beginning of a signature, and what is not quite one.
fn cut(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for key in keys() {
        let token = good(api, key);
        let (message, text) = token.rsplit_once('.').expect("a signature");
        for length in 0..text.len() {
            let name = format!("{}, {length} letters of it", key.algorithm());
            let token = format!("{message}.{}", &text[..length]);
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
        for length in 1..4 {
            let name = format!("{}, without its first {length} letters", key.algorithm());
            let token = format!("{message}.{}", &text[length..]);
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
        forgeries.push(Forgery::token("no third part", HEADER, message));
    }
    forgeries
}

/// The same bytes in letters that only a careless decoder takes: their last letter has bits that are
/// of no byte.
fn spelled_otherwise(api: &Api) -> Vec<Forgery> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut forgeries = Vec::new();
    for key in keys() {
        let token = good(api, key);
        let (message, text) = token.rsplit_once('.').expect("a signature");
        let (rest, last) = text.split_at(text.len() - 1);
        let value = LETTERS.iter().position(|letter| last.as_bytes() == [*letter]);
        let value = value.expect("a letter of base64url");
        for spare in 1..16 {
            let letter = char::from(LETTERS[value ^ spare]);
            let token = format!("{message}.{rest}{letter}");
            let name = format!("{}, spare bits {spare:04b}", key.algorithm());
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
        for ending in ["=", "==", "A", "AA", "AAAA"] {
            let name = format!("{}, and {ending}", key.algorithm());
            let token = format!("{message}.{text}{ending}");
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
        let parts_too_many = [format!("{message}.{text}."), format!("{message}.{text}.{text}")];
        let misplaced = [format!(".{message}.{text}"), format!("{message}..{text}")];
        for token in parts_too_many.into_iter().chain(misplaced) {
            forgeries.push(Forgery::token("too many parts", HEADER, &token));
        }
    }
    forgeries
}

/// What is a signature of nothing, of everything, or of something else.
fn made_up(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let mut forge = |name: &str, key: &Key, signature: Vec<u8>| {
        let (message, _) = split(&good(api, key));
        let name = format!("{}, {name}", key.algorithm());
        let token = format!("{message}.{}", encode(signature));
        forgeries.push(Forgery::token(name, SIGNATURE, &token));
    };
    for key in keys() {
        let (_, signature) = split(&good(api, key));
        forge("zeros", key, vec![0; signature.len()]);
        forge("ones", key, vec![0xFF; signature.len()]);
        forge("reversed", key, signature.iter().rev().copied().collect());
        forge("a zero before", key, [&[0], signature.as_slice()].concat());
        forge("a zero after", key, [signature.as_slice(), &[0]].concat());
        let (first, second) = signature.split_at(signature.len() / 2);
        forge("halves exchanged", key, [second, first].concat());
        forge("text", key, b"the message itself".to_vec());
        let header = json!({ "alg": key.algorithm(), "kid": key.algorithm() });
        let (_, of_another) = split(&key.sign(&header, &json!({ "sub": "someone-else" })));
        forge("of another token", key, of_another);
    }
    let (_, pair) = split(&good(api, &ES256));
    forge("as DER", &ES256, der(&pair));
    let mut one = vec![0; 64];
    (one[31], one[63]) = (1, 1);
    forge("r and s are 1", &ES256, one);
    forge("r and s are the order", &ES256, [ORDER_OF_P256, ORDER_OF_P256].concat());
    let mut neutral = vec![0; 64];
    neutral[0] = 1;
    forge("the neutral point and 0", &EDDSA, neutral);
    let Key::Rs256(rsa) = &*RS256 else { panic!("a key of another kind") };
    let RsaPublicKeyComponents { n, .. } = RsaPublicKeyComponents::<Vec<u8>>::from(rsa.public());
    let mut one = vec![0; n.len()];
    one[n.len() - 1] = 1;
    forge("1", &RS256, one);
    forge("the modulus", &RS256, n);
    let Key::EdDsa(edwards) = &*EDDSA else { panic!("a key of another kind") };
    forge("the public key twice", &EDDSA, edwards.public_key().as_ref().repeat(2));
    forgeries
}

/// The order of P-256's group (SEC 2, section 2.4.2).
const ORDER_OF_P256: &[u8] = b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\
    \xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";

/// The two numbers of an ECDSA signature as X9.62 has them, and JWS has not (RFC 7518, section 3.4).
fn der(signature: &[u8]) -> Vec<u8> {
    let numbers = signature.chunks(32).map(|number| {
        // Of a number whose first bit is set, another byte says that it is positive.
        let sign: &[u8] = if number[0] < 0x80 { &[] } else { &[0] };
        let length = u8::try_from(sign.len() + number.len()).expect("a short number");
        [&[2, length], sign, number].concat()
    });
    let numbers = numbers.collect::<Vec<_>>().concat();
    [&[0x30, u8::try_from(numbers.len()).expect("short numbers")], numbers.as_slice()].concat()
}

/// Claims and headers under a signature that is good for others.
pub(super) fn touched(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    for key in keys() {
        let token = good(api, key);
        let parts: Vec<&str> = token.split('.').collect();
        let mut others = claims(api);
        others["sub"] = json!("mallory-2");
        let other_claims = format!("{}.{}", parts[0], encode(others.to_string()));
        let header = json!({ "alg": key.algorithm(), "kid": key.algorithm() });
        let other_header = format!("{}.{}", encode(header.to_string()), parts[1]);
        for (name, message) in [("claims", other_claims), ("header", other_header)] {
            let name = format!("{}, {name} exchanged", key.algorithm());
            let token = format!("{message}.{}", parts[2]);
            forgeries.push(Forgery::token(name, SIGNATURE, &token));
        }
    }
    forgeries
}

#[tokio::test]
async fn a_signature_with_one_bit_changed_is_refused() {
    let api = start().await;
    assert_refused(&api, &flipped(&api)).await;
}

#[tokio::test]
async fn a_signature_that_was_taken_off_or_cut_is_refused() {
    let api = start().await;
    assert_refused(&api, &cut(&api)).await;
}

#[tokio::test]
async fn a_signature_has_one_spelling() {
    let api = start().await;
    assert_refused(&api, &spelled_otherwise(&api)).await;
}

#[tokio::test]
async fn a_signature_of_nothing_or_of_something_else_is_refused() {
    let api = start().await;
    assert_refused(&api, &made_up(&api)).await;
    assert_refused(&start().await, &touched(&api)).await;
}
