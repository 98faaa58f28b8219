//! What a credential is known by, so that nobody has to keep the credential.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a credential.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(credential: &str) -> Self {
        let mut hash = [0; 32];
        let bytes = digest(&SHA256, credential.as_bytes());
        hash.iter_mut().zip(bytes.as_ref()).for_each(|(to, from)| *to = *from);
        Self(hash)
    }

    /// The digest as 64 lowercase hexadecimal digits, as it is stored.
    #[must_use]
    pub fn to_hex(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            // Writing to a string cannot fail.
            write!(text, "{byte:02x}").unwrap_or_default();
        }
        text
    }

    pub(super) fn first_128_bits(&self) -> u128 {
        self.0.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte))
    }

    /// Whether the stored text is this digest, in a time that does not tell how much of it is.
    pub(super) fn is(&self, stored: &str) -> bool {
        self.to_hex().as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_sha_256_in_hexadecimal() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let digest = Digest::of("abc");
        assert_eq!(digest.to_hex(), abc);
        assert!(digest.is(abc));
        assert_eq!(format!("{:x}", digest.first_128_bits()), abc[..32]);
        for other in ["", &abc[..63], &format!("{abc}0"), &abc.to_uppercase(), &"0".repeat(64)] {
            assert!(!digest.is(other), "{other}");
        }
    }
}
