//! Exporting what is kept of a person, as much in an answer as one holds.

use std::time::{Duration, Instant};

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::app::App;
use crate::domain::subject::Subject;
use crate::failure::Failure;
use crate::http::surface::PersonExport;
use crate::store::SubjectPlace;

/// From how many bytes on an answer is full. Lambda's hold 6 MB, and a page that is begun is finished: it has
/// one MB as it is stored, and at most 2 as it is written.
const FULL: usize = 3_000_000;

/// Whose export is asked for, and from where on.
pub struct ExportRequest {
    subject: Subject,
    place: SubjectPlace,
}

/// `{"org_unit": "…", "user": "…"}`, and `next` as it was answered before. Any other field is a mistake.
impl<'de> Deserialize<'de> for ExportRequest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Texts {
            org_unit: String,
            user: String,
            #[serde(default)]
            next: Option<String>,
        }
        let Texts { org_unit, user, next } = Texts::deserialize(from)?;
        let subject = Subject::parse(&org_unit, &user).map_err(D::Error::custom)?;
        let place = match next {
            None => SubjectPlace::default(),
            Some(next) => SubjectPlace::parse(&next, &subject)
                .ok_or_else(|| D::Error::custom("next is none of that person's"))?,
        };
        Ok(Self { subject, place })
    }
}

/// Exports what is kept of a person, from a place on: as much as an answer holds, and as the time allows.
///
/// # Errors
///
/// A [`Failure`]; asking again is safe.
pub async fn export(
    app: &App,
    ExportRequest { subject, place }: &ExportRequest,
    time: Duration,
) -> Result<PersonExport, Failure> {
    let started = Instant::now();
    let mut export = PersonExport::new(subject, app.now());
    let mut place = place.clone();
    loop {
        let (kept, next) = app.store.kept_of(subject, &place, app.now()).await?;
        let has_any = !kept.is_empty();
        for one in kept {
            export.add(one)?;
        }
        let Some(next) = next else { return Ok(export) };
        if export.size() >= FULL || has_any && started.elapsed() >= time {
            return Ok(export.that_goes_on(&next));
        }
        place = next;
    }
}
