//! API keys: only a text that was made is one, and only one that is stored lets anyone in.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;

use super::issuer::policy;
use super::{NOW, at_once};
use crate::auth::{
    ApiKeySecret, ApiKeySource, Authenticator, BadCredential, Caller, KeySet, Keys, Permission,
    Permissions, Refusal, StoredApiKey,
};
use crate::domain::api_key::ApiKeyId;
use crate::domain::id::OrgUnitId;
use crate::failure::Failure;

const NOW_IN_FULL: Timestamp = Timestamp::constant(NOW, 0);

/// The digits of base 62, in the order of their bytes.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Takes the bytes as the text of a key, and as the random bytes of one. Says whether the text is a key.
pub fn api_key(data: &[u8]) -> bool {
    let mut random = [0; 32];
    random.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
    let made = ApiKeySecret::from_random(random);
    assert_eq!(random_bytes(made.reveal()), Some(random));
    lets_in_only_what_is_stored(&made);
    is_none_with_another_character(made.reveal(), data);

    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Ok(key) = ApiKeySecret::parse(text) else {
        assert_ne!(text, made.reveal());
        asks_for_nothing(text);
        return false;
    };
    assert_eq!(key.reveal(), text);
    let random = random_bytes(text).expect("a key has 256 random bits");
    assert!(ApiKeySecret::from_random(random) == key, "the key of its own bits is another");
    lets_in_only_what_is_stored(&key);
    true
}

/// A key is read again as it was; it lets its machine in, and nobody if it is unknown, another's, revoked or
/// past its time.
fn lets_in_only_what_is_stored(key: &ApiKeySecret) {
    assert!(ApiKeySecret::parse(key.reveal()).as_ref() == Ok(key), "a key is read as another");
    let id = key.digest().api_key_id();
    assert_eq!(ApiKeyId::parse(&id.to_string()), Ok(id));
    assert!(!format!("{key:?}").contains(key.reveal()));

    let acme = || OrgUnitId::parse("acme").expect("it is an id");
    let good = || StoredApiKey {
        digest: key.digest().to_hex(),
        org_unit: acme(),
        permissions: Permissions::from_iter([Permission::EventsWrite]),
        expires_at: None,
        is_revoked: false,
    };
    let presented = |stored: Option<StoredApiKey>| Kept::of(id, stored).let_in(key.reveal());
    let Ok(Caller::Machine(machine)) = presented(Some(good())) else {
        panic!("a stored key lets nobody in")
    };
    assert!(*machine.org_unit() == acme());
    for permission in Permission::ALL {
        let holds_it = permission == Permission::EventsWrite;
        assert_eq!(machine.require(permission).is_ok(), holds_it, "{permission}");
    }
    let unknown = Refusal::BadCredential(BadCredential::UnknownApiKey);
    let of_another = StoredApiKey { digest: "0".repeat(64), ..good() };
    let revoked = StoredApiKey { is_revoked: true, ..good() };
    let expired = StoredApiKey { expires_at: Some(NOW_IN_FULL), ..good() };
    for (stored, refusal) in [
        (None, unknown),
        (Some(of_another), unknown),
        (Some(revoked), Refusal::RevokedApiKey),
        (Some(expired), Refusal::ExpiredApiKey),
    ] {
        assert!(matches!(presented(stored), Err(Failure::Refused(why)) if why == refusal));
    }
}

/// The checksum tells every key with one character changed, and the store is not asked.
fn is_none_with_another_character(key: &str, data: &[u8]) {
    let at = usize::from(data.first().copied().unwrap_or_default()) % key.len();
    let to = DIGITS[usize::from(data.get(1).copied().unwrap_or_default()) % DIGITS.len()];
    let changed: String =
        key.char_indices().map(|(index, it)| if index == at { to.into() } else { it }).collect();
    if changed != key {
        assert!(ApiKeySecret::parse(&changed).is_err(), "a changed key is one");
        asks_for_nothing(&changed);
    }
}

/// What is no key lets nobody in, whatever is stored, and costs no look-up.
fn asks_for_nothing(text: &str) {
    // White space around a credential is none of it.
    let text = text.trim();
    if ApiKeySecret::parse(text).is_ok() {
        return;
    }
    let kept = Kept::of(ApiKeySecret::from_random([0; 32]).digest().api_key_id(), None);
    assert!(matches!(kept.let_in(text), Err(Failure::Refused(Refusal::BadCredential(_)))));
    assert_eq!(kept.asked.load(Ordering::Relaxed), 0);
}

/// The random bytes that a key's text says, read by other means than what writes it.
fn random_bytes(key: &str) -> Option<[u8; 32]> {
    let mut number = [0_u8; 32];
    for digit in key.bytes().skip("npk_".len()).take(43) {
        let mut carry = DIGITS.iter().position(|known| *known == digit)?;
        for byte in number.iter_mut().rev() {
            carry += usize::from(*byte) * 62;
            *byte = (carry % 256) as u8;
            carry /= 256;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(number)
}

/// The one key that is stored, and how often somebody looked.
struct Kept {
    id: ApiKeyId,
    stored: std::sync::Mutex<Option<StoredApiKey>>,
    asked: AtomicU32,
}

impl Kept {
    fn of(id: ApiKeyId, stored: Option<StoredApiKey>) -> Self {
        Self { id, stored: stored.into(), asked: AtomicU32::new(0) }
    }

    /// Who comes with that text as a bearer credential.
    fn let_in(&self, text: &str) -> Result<Caller, Failure> {
        // No token is good here.
        let authenticator = Authenticator::new(policy(), Keys::new(KeySet::default(), None));
        let header = format!("Bearer {text}");
        at_once(authenticator.caller(Some(header.as_bytes()), self, NOW_IN_FULL))
    }
}

impl ApiKeySource for Kept {
    type Error = Failure;

    async fn api_key(&self, id: ApiKeyId, _: Timestamp) -> Result<Option<StoredApiKey>, Failure> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(id, self.id);
        Ok(self.stored.lock().ok().and_then(|mut stored| stored.take()))
    }
}
