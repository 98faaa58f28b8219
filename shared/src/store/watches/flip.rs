//! Flipping a watch: on becomes off, and off on, once for each request.

use jiff::Timestamp;
use ulid::Ulid;

use super::change::{MOST_ROUNDS, count_change, pause, watch_change};
use super::{SeenWatch, WatchRow, Watched};
use crate::auth::Person;
use crate::domain::id::UserId;
use crate::domain::repeat::RepeatableRequest;
use crate::store::directory::if_still_left_at;
use crate::store::expression::{Expression, Updated};
use crate::store::keys::Key;
use crate::store::repeats::{Record, Repeat, remember_list};
use crate::store::transaction::Part;
use crate::store::{Store, StoreError};

/// In how many tries someone else may hold the record of a request before it counts as in flight.
const MOST_HELD: u32 = 5;

/// What came of a request to flip a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flipped {
    /// Whether the person watches after it.
    pub is_watching: bool,
    /// Whether that was so when the same request came before.
    pub is_repeated: bool,
    /// What was listed then, of a project's reports, if it is known.
    pub watchers: Option<Vec<UserId>>,
    /// What flipped it.
    pub by: Ulid,
}

/// Why a watch was not flipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same request is being carried out.
    #[error("the same request is being carried out")]
    InFlight,
    /// The key was used with another body.
    #[error("the key was used with another body")]
    OtherBody,
    /// As many watch the project's reports as may.
    #[error("as many watch the project's reports as may")]
    Full,
    /// The person left the project meanwhile, or came back.
    #[error("the membership changed meanwhile")]
    Moved,
}

/// What is asked for.
pub(super) struct Wanted<'a> {
    person: &'a Person,
    watched: Watched<'a>,
    by: Ulid,
    now: Timestamp,
    left_at: Option<Timestamp>,
    repeat: Option<Repeat>,
}

/// What is there, where that is not what was read.
struct Newer {
    row: Option<WatchRow>,
    record: Option<Record>,
}

/// What came of one try.
enum Tried {
    Done,
    /// Another watch, or another record, is there.
    Outdated(Box<Newer>),
    Full,
    Moved,
    Contended {
        over_record: bool,
    },
}

impl Store {
    /// Flips a person's watch that was seen as it is, once for each request: one `UpdateItem`; with a
    /// key, or of a project's reports, a `TransactWriteItems`. One more each time that others got in
    /// between.
    ///
    /// `by` names this request and no other: an attempt whose answer was lost is known by it. A
    /// request with a key that was carried out before changes nothing.
    ///
    /// # Errors
    ///
    /// [`WatchError`]; with [`WatchError::Store`] it may be flipped or not, else it is not.
    pub async fn flip_watch(
        &self,
        person: &Person,
        watched: Watched<'_>,
        seen: SeenWatch,
        by: Ulid,
        request: Option<&RepeatableRequest>,
        now: Timestamp,
    ) -> Result<Flipped, WatchError> {
        let SeenWatch { left_at, mut row, mut record, .. } = seen;
        let repeat = request.map(Repeat::from);
        let wanted = Wanted { person, watched, by, now, left_at, repeat };
        let mut held = 0;
        for round in 1..=MOST_ROUNDS {
            if let (Some(record), Some(repeat)) = (&record, &wanted.repeat) {
                return remembered(record, repeat, by);
            }
            if let Some(is_watching) = row.watch.after_flip(by) {
                return Ok(Flipped { is_watching, is_repeated: false, watchers: None, by });
            }
            match self.try_flip(&wanted, &row).await {
                Ok(Tried::Done) => {
                    let is_watching = row.watch.flip(now, by, left_at).is_watching(left_at);
                    return Ok(Flipped { is_watching, is_repeated: false, watchers: None, by });
                }
                // What is there now is known: whoever waits finds another one.
                Ok(Tried::Outdated(newer)) => {
                    row = newer.row.unwrap_or(row);
                    record = newer.record;
                    continue;
                }
                Ok(Tried::Full) => return Err(WatchError::Full),
                Ok(Tried::Moved) => return Err(WatchError::Moved),
                Ok(Tried::Contended { over_record }) => held += u32::from(over_record),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
            if held >= MOST_HELD {
                return Err(WatchError::InFlight);
            }
            pause(round).await;
        }
        Err(StoreError::Conflict.into())
    }

    async fn try_flip(&self, wanted: &Wanted<'_>, row: &WatchRow) -> Result<Tried, StoreError> {
        let Wanted { person, watched, by, now, left_at, repeat } = wanted;
        let (org_unit, user) = (person.org_unit(), person.user());
        let next = row.watch.flip(*now, *by, *left_at);
        let (key, change) = watch_change(org_unit, user, *watched, row, &next);
        let is_on = next.is_watching(*left_at);
        let is_counted = matches!(watched, Watched::Reports(_));
        if repeat.is_none() && !is_counted {
            return match self.update_or_tell(key, change).await? {
                Updated::Done => Ok(Tried::Done),
                Updated::Refused(item) => {
                    let row = Some(WatchRow::read(&item)?);
                    Ok(Tried::Outdated(Box::new(Newer { row, record: None })))
                }
            };
        }
        let mut parts = vec![self.part_of_transaction(key, change)?];
        let of_record = repeat.as_ref().map(|repeat| {
            let key = Key::of_repeat(person, &repeat.digest);
            self.part_of_transaction(key, repeat.record(*by, is_on, *now))
        });
        let record_place = of_record.is_some().then_some(parts.len());
        parts.extend(of_record.transpose()?);
        // Who leaves meanwhile would stay in the list: leaving ends what it finds.
        let of_member = is_counted.then(|| {
            let key = Key::of_project_member(org_unit, watched.project(), user);
            self.condition_of_transaction(key, if_still_left_at(Expression::default(), *left_at))
        });
        let member_place = of_member.is_some().then_some(parts.len());
        parts.extend(of_member.transpose()?);
        let counted = count_change(org_unit, *watched, row, &next);
        let counted = counted.map(|(key, counted)| self.part_of_transaction(key, counted));
        let count_place = counted.is_some().then_some(parts.len());
        parts.extend(counted.transpose()?);
        let Some(parts) = self.transact_or_tell(parts).await? else { return Ok(Tried::Done) };
        let part = |place: Option<usize>| place.and_then(|place| parts.get(place));
        let row = match parts.first() {
            Some(Part::Outdated(item)) => Some(WatchRow::read(item)?),
            Some(Part::Holds | Part::Contended) | None => None,
        };
        let record = match part(record_place) {
            Some(Part::Outdated(item)) => Record::read(item, *now)?,
            Some(Part::Holds | Part::Contended) | None => None,
        };
        if row.is_some() || record.is_some() {
            return Ok(Tried::Outdated(Box::new(Newer { row, record })));
        }
        let is_outdated = |place| matches!(part(place), Some(Part::Outdated(_)));
        if is_outdated(member_place) {
            return Ok(Tried::Moved);
        }
        if is_outdated(count_place) {
            return Ok(Tried::Full);
        }
        Ok(Tried::Contended { over_record: part(record_place) == Some(&Part::Contended) })
    }

    /// Remembers who was listed in answer to a request that may be sent again, unless that is too long,
    /// and gives what is to be answered: what was remembered first. One `UpdateItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it is then not remembered, or is.
    pub async fn remember_watchers(
        &self,
        person: &Person,
        request: &RepeatableRequest,
        by: Ulid,
        watchers: Vec<UserId>,
        now: Timestamp,
    ) -> Result<Vec<UserId>, StoreError> {
        let Some(remembered) = remember_list(by, &watchers) else { return Ok(watchers) };
        let key = Key::of_repeat(person, &Repeat::from(request).digest);
        match self.update_or_tell(key, remembered).await? {
            Updated::Done => Ok(watchers),
            Updated::Refused(item) => {
                let record = Record::read(&item, now)?.filter(|record| record.made_by == by);
                Ok(record.and_then(|record| record.watchers).unwrap_or(watchers))
            }
        }
    }
}

fn remembered(record: &Record, repeat: &Repeat, by: Ulid) -> Result<Flipped, WatchError> {
    if !record.is_of(repeat) {
        return Err(WatchError::OtherBody);
    }
    let Record { is_watching, watchers, made_by, .. } = record.clone();
    Ok(Flipped { is_watching, is_repeated: made_by != by, watchers, by: made_by })
}
