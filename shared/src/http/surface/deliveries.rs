//! Deliveries on the wire: of which event they are asked for, and what an answer shows.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deserr::Deserr;
use serde::Serialize;

use crate::domain::delivery::DeliveryLine;
use crate::domain::timestamp::to_rfc3339;
use crate::http::violation::{Refused, Violations};
use crate::store::{DeliveriesPage, DeliveryCursor, ToldDigest};

/// The version of cursors that is written and read. From 2 on the one before is read too: while a
/// deployment shifts, both run.
const VERSION: u8 = 1;

/// The longest source and id of an event, with the colon between them.
const LONGEST_EVENT: usize = 4_096;

/// The query of `GET /v1/deliveries`. Parameters of other names are passed over.
#[derive(Debug, Deserr)]
#[deserr(error = Violations)]
pub struct DeliveriesQuery {
    /// `<source>:<id>` of the event.
    event: Told,
    #[deserr(default)]
    cursor: Option<After>,
}

impl DeliveriesQuery {
    /// What the deliveries are listed by.
    #[must_use]
    pub fn told(&self) -> &ToldDigest {
        &self.event.0
    }

    /// The last delivery of the page before.
    #[must_use]
    pub fn after(&self) -> Option<&DeliveryCursor> {
        self.cursor.as_ref().map(|After(Cursor(cursor))| cursor)
    }
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_told -> Refused<NoEvent>)]
struct Told(ToldDigest);

#[derive(Debug, thiserror::Error)]
#[error("must be the source and the id of an event, with a colon between them")]
struct NoEvent;

fn parse_told(text: String) -> Result<Told, Refused<NoEvent>> {
    let is_event = text.len() <= LONGEST_EVENT && text.contains(':');
    if is_event { Ok(Told(ToldDigest::of_text(&text))) } else { Err(Refused(NoEvent)) }
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_cursor -> Refused<InvalidCursor>)]
struct After(Cursor);

fn parse_cursor(text: String) -> Result<After, Refused<InvalidCursor>> {
    text.parse().map(After).map_err(Refused)
}

/// The last delivery of a page: the version in one byte, and its place, in base 64 for URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor(DeliveryCursor);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a next_cursor that was answered")]
struct InvalidCursor;

impl Cursor {
    fn to_text(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.0.as_str().as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_no_base_64| InvalidCursor)?;
        let Some((&VERSION, place)) = bytes.split_first() else { return Err(InvalidCursor) };
        let place = std::str::from_utf8(place).map_err(|_no_text| InvalidCursor)?;
        DeliveryCursor::parse(place).map(Self).ok_or(InvalidCursor)
    }
}

/// A page of the deliveries of an event.
#[derive(Serialize)]
pub struct DeliveryList {
    data: Vec<DeliveryView>,
    next_cursor: Option<String>,
}

/// What became of a delivery.
#[derive(Serialize)]
pub(super) struct DeliveryView {
    recipient: String,
    channel: &'static str,
    status: &'static str,
    attempts: u32,
    reason: Option<String>,
    at: String,
}

impl From<DeliveriesPage> for DeliveryList {
    fn from(DeliveriesPage { lines, next }: DeliveriesPage) -> Self {
        Self {
            data: lines.into_iter().map(DeliveryView::from).collect(),
            next_cursor: next.map(|cursor| Cursor(cursor).to_text()),
        }
    }
}

impl From<DeliveryLine> for DeliveryView {
    fn from(
        DeliveryLine { recipient, channel, status, attempts, reason, at }: DeliveryLine,
    ) -> Self {
        Self {
            recipient: recipient.as_str().to_owned(),
            channel: channel.name(),
            status: status.name(),
            attempts,
            reason,
            at: to_rfc3339(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "1773410400000#auth0|7#email";

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor(DeliveryCursor::parse(PLACE).unwrap());
        assert_eq!(cursor.to_text().parse(), Ok(cursor));
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let text = |version: u8, place: &str| {
            URL_SAFE_NO_PAD.encode([&[version], place.as_bytes()].concat())
        };
        for bad in [
            String::new(),
            PLACE.to_owned(),
            text(2, PLACE),
            text(1, ""),
            text(1, "1773410400000"),
            text(1, "177341040000#7#email"),
            text(1, "1773410400000#7#pigeon"),
            text(1, "1773410400000##email"),
            text(1, "x773410400000#7#email"),
            URL_SAFE_NO_PAD.encode([1, 255]),
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(InvalidCursor), "{bad}");
        }
    }
}
