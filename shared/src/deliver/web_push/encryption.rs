//! Encrypting a message for one browser (RFC 8291), as one record of the content coding `aes128gcm`
//! (RFC 8188).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::deliver::push::{LARGEST_PAYLOAD, PushError};
use crate::domain::push::PushKeys;

/// The size of records, as the header has it: larger than the one that there is (RFC 8291, section 4).
const RECORD_SIZE: u32 = 4_096;

/// Messages are as large as one of these, so that their size says little of what they say.
const SIZES: [usize; 4] = [512, 1_024, 2_048, LARGEST_PAYLOAD];

/// What ends the last record's text; zeros may follow (RFC 8188, section 2).
const LAST_RECORD: u8 = 2;

/// What is drawn anew for each message.
struct Drawn {
    private_key: EphemeralPrivateKey,
    salt: [u8; 16],
}

impl Drawn {
    fn draw() -> Result<Self, Unspecified> {
        let random = SystemRandom::new();
        let mut salt = [0; 16];
        random.fill(&mut salt)?;
        Ok(Self { private_key: EphemeralPrivateKey::generate(&ECDH_P256, &random)?, salt })
    }
}

/// The message as it goes over the wire, which only that browser can read. Of two messages with the same
/// text none is like the other.
pub(super) fn encrypt(keys: &PushKeys, payload: &[u8]) -> Result<Vec<u8>, PushError> {
    let size = SIZES.into_iter().find(|size| payload.len() <= *size).ok_or(PushError::TooLarge)?;
    let drawn = Drawn::draw().map_err(|_no_randomness| PushError::Later {
        code: "no randomness".to_owned(),
        retry_after: None,
    })?;
    // The key is a point of the curve, and so nothing is left that may fail.
    seal(keys, payload, size, drawn)
        .map_err(|_unspecified| PushError::Refused { code: "Unencryptable".to_owned() })
}

/// Encrypts the text, padded to that many bytes. The names in comments are those of RFC 8291, section 3.4.
fn seal(
    keys: &PushKeys,
    payload: &[u8],
    size: usize,
    Drawn { private_key, salt }: Drawn,
) -> Result<Vec<u8>, Unspecified> {
    let (browser_key, auth_secret) = (keys.p256dh.as_bytes(), keys.auth.as_bytes());
    let public_key = private_key.compute_public_key()?;
    let browser = UnparsedPublicKey::new(&ECDH_P256, browser_key);
    // PRK_key, of ecdh_secret
    let agreed = agree_ephemeral(private_key, &browser, |secret| {
        Salt::new(HKDF_SHA256, auth_secret).extract(secret)
    })?;
    // IKM, with key_info
    let mut combined = [0; 32];
    let about_both: [&[u8]; 3] = [b"WebPush: info\0", browser_key, public_key.as_ref()];
    agreed.expand(&about_both, HKDF_SHA256)?.fill(&mut combined)?;
    // PRK, then CEK and NONCE, each with its info
    let whole = Salt::new(HKDF_SHA256, &salt).extract(&combined);
    let key = whole.expand(&[b"Content-Encoding: aes128gcm\0"], &AES_128_GCM)?;
    let mut nonce = [0; NONCE_LEN];
    whole.expand(&[b"Content-Encoding: nonce\0"], NonceLength)?.fill(&mut nonce)?;

    let mut record = Vec::with_capacity(size + 1 + AES_128_GCM.tag_len());
    record.extend_from_slice(payload);
    record.push(LAST_RECORD);
    record.resize(size + 1, 0);
    // A key of its own for the one record: no nonce is used twice with it.
    let nonce = Nonce::assume_unique_for_key(nonce);
    let key = LessSafeKey::new(UnboundKey::from(key));
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;

    let public_key = public_key.as_ref();
    let length = u8::try_from(public_key.len()).map_err(|_it_has_65| Unspecified)?;
    let size = RECORD_SIZE.to_be_bytes();
    Ok([&salt[..], &size, &[length], public_key, &record].concat())
}

/// The length of a nonce.
struct NonceLength;

impl KeyType for NonceLength {
    fn len(&self) -> usize {
        NONCE_LEN
    }
}

#[cfg(test)]
mod tests;
