//! RFC 8725, section 2.1: a public key, which everyone has, as the secret of an HMAC.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::signers::mac;
use super::{Api, Forgery, HEADER, assert_refused, claims, encode, start};
use crate::support::keys::{EDDSA, ES256, Key, RS256};

/// What stands before the key in a `SubjectPublicKeyInfo` (RFC 5280) of RSA with 2048 bits.
const RSA_INFO: &[u8] = b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\
    \x05\x00\x03\x82\x01\x0f\x00";
/// The same of P-256.
const P256_INFO: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\
    \x48\xce\x3d\x03\x01\x07\x03\x42\x00";
/// The same of Ed25519.
const ED25519_INFO: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// A public key in every form that a library might hand to an HMAC.
fn forms(key: &Key, id: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (info, bare, label): (&[u8], Vec<u8>, _) = match key {
        Key::Rs256(pair) | Key::Ps256(pair) => {
            (RSA_INFO, pair.public().as_ref().to_vec(), "RSA PUBLIC KEY")
        }
        Key::Es256(pair) => (P256_INFO, public(pair), "EC PUBLIC KEY"),
        Key::EdDsa(pair) => (ED25519_INFO, public(pair), "ED25519 PUBLIC KEY"),
        Key::Hs256(_) => panic!("a secret is not public"),
    };
    let information = [info, &bare].concat();
    let (pem, bare_pem) = (pem("PUBLIC KEY", &information), pem(label, &bare));
    let jwk = key.jwk(id);
    let number = |name: &str| jwk[name].as_str().unwrap_or_default().to_owned();
    let numbers = [number("n"), number("x")].concat();
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&numbers);
    vec![
        ("PEM", pem.clone().into_bytes()),
        ("PEM without its last line feed", pem.trim_end().into()),
        ("PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("PEM of the bare key", bare_pem.into_bytes()),
        ("DER", information.clone()),
        ("DER in base 64", STANDARD.encode(&information).into_bytes()),
        ("the bare key", bare),
        ("its number", decoded.expect("base64url")),
        ("its number in base64url", numbers.into_bytes()),
        ("JWK", jwk.to_string().into_bytes()),
        ("JWKS", json!({ "keys": [jwk] }).to_string().into_bytes()),
        ("its id", id.into()),
        ("nothing", Vec::new()),
    ]
}

fn public(pair: &impl ring::signature::KeyPair) -> Vec<u8> {
    pair.public_key().as_ref().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n");
    format!("-----BEGIN {label}-----\n{}-----END {label}-----\n", lines.collect::<String>())
}

/// Every public key in every form, as the secret of each algorithm that has one; said so in the header,
/// and said to be the key's own algorithm.
pub(super) fn as_secrets(api: &Api) -> Vec<Forgery> {
    let mut forgeries = Vec::new();
    let keys: [(&Key, &str); 4] =
        [(&RS256, "RS256"), (&RS256, "RSA"), (&ES256, "ES256"), (&EDDSA, "EdDSA")];
    for (key, id) in keys {
        for (form, secret) in forms(key, id) {
            for algorithm in ["HS256", "HS384", "HS512"] {
                let name = format!("{algorithm} with {id} as {form}");
                let said = json!({ "alg": algorithm, "kid": id });
                let token = signed(api, &said, algorithm, &secret);
                forgeries.push(Forgery::token(name, HEADER, &token));
            }
            let own = json!({ "alg": key.algorithm(), "kid": id });
            let token = signed(api, &own, "HS256", &secret);
            let name = format!("an HMAC with {id} as {form}, said to be a signature");
            forgeries.push(Forgery::token(name, super::SIGNATURE, &token));
        }
    }
    forgeries
}

fn signed(api: &Api, header: &Value, algorithm: &str, secret: &[u8]) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims(api).to_string()));
    format!("{message}.{}", encode(mac(algorithm, secret, message.as_bytes())))
}

#[tokio::test]
async fn no_public_key_is_ever_a_secret() {
    let api = start().await;
    assert_refused(&api, &as_secrets(&api)).await;
}

#[test]
fn the_forms_of_public_keys_are_what_libraries_read() {
    for (key, id) in [(&*RS256, "RS256"), (&ES256, "ES256"), (&EDDSA, "EdDSA")] {
        let forms = forms(key, id);
        let (_, der) = forms.iter().find(|(form, _)| *form == "DER").expect("DER");
        let (length, head) = match der[1] {
            0x82 => (usize::from(u16::from_be_bytes([der[2], der[3]])), 4),
            short => (usize::from(short), 2),
        };
        assert_eq!(der.len(), head + length, "{id}: the outer length is the whole");
    }
}
