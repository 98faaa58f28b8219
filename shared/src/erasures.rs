//! Erasing people: what is kept of them is taken away, and what was accepted before is not followed for them
//! any more, however late it comes.
//!
//! That someone was erased is known by a mark, a keyed hash of who they are. Its key is a secret of its own,
//! which is fetched where it is needed: by who erases someone, and by who works on an event of before in an
//! org unit where someone was.

mod erasing;
mod keys;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

pub use erasing::{ErasureReport, SETTLING, erase};
pub use keys::{ErasureKeys, InvalidErasureKeys};

use crate::deliver::secrets::{NoSecrets, Secrets};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::subject::Subject;
use crate::failure::Failure;
use crate::keeping::{KeptKeys, Keys, NoKeys};
use crate::store::{ErasureMarks, Store};
use crate::telemetry::{EventName, Log, StandardOutput};

/// What those who were erased are known by.
pub struct Erasures {
    keys: KeptKeys<ErasureKeys>,
}

impl Erasures {
    /// Marks of the keys of the secret of that id. A refresh of the keys that fails is logged, for nobody else
    /// hears of it while the old ones still serve.
    #[must_use]
    pub fn new(secrets: Arc<dyn Secrets>, secret_id: String, log: Arc<dyn Log>) -> Self {
        Self { keys: KeptKeys::new(secrets, secret_id, log) }
    }

    /// That of a function that does not name it, which says so to whoever uses it.
    pub(crate) fn not_named() -> Self {
        Self::new(Arc::new(NoSecrets), String::new(), Arc::new(StandardOutput))
    }

    /// The marks of a person who is erased now.
    async fn marks(&self, subject: &Subject, now: Timestamp) -> Result<ErasureMarks, Failure> {
        Ok(self.keys.current(now).await?.marks(&subject.org_unit, &subject.user))
    }

    /// Those of these people who were erased at that moment or after it: a `BatchGetItem` for each hundred of
    /// their marks. Nobody is asked about nobody.
    ///
    /// # Errors
    ///
    /// A [`Failure`], if the keys are not at hand or that cannot be read.
    pub(crate) async fn erased_since<'a>(
        &self,
        store: &Store,
        org_unit: &OrgUnitId,
        people: impl IntoIterator<Item = &'a UserId>,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<HashSet<UserId>, Failure> {
        let people: HashSet<&UserId> = people.into_iter().collect();
        if people.is_empty() {
            return Ok(HashSet::new());
        }
        let keys = self.keys.current(now).await?;
        let marks = people.into_iter().flat_map(|user| {
            let ErasureMarks { newest, before } = keys.marks(org_unit, user);
            before.into_iter().chain([newest]).map(|mark| (user.clone(), mark))
        });
        Ok(store.erased_since(org_unit, &marks.collect::<Vec<_>>(), since, now).await?)
    }
}

impl Keys for ErasureKeys {
    type Invalid = InvalidErasureKeys;
    type Id = ();

    const REFRESH_FAILED: EventName = EventName::ErasureKeysRefreshFailed;

    fn read(secret: &str) -> Result<Self, InvalidErasureKeys> {
        Self::parse(secret)
    }

    fn has(&self, (): &()) -> bool {
        true
    }
}

impl From<NoKeys<InvalidErasureKeys>> for Failure {
    fn from(why: NoKeys<InvalidErasureKeys>) -> Self {
        match why {
            NoKeys::Secret(error) => Self::Secret(error),
            NoKeys::Invalid(error) => Self::ErasureKeys(error),
        }
    }
}
