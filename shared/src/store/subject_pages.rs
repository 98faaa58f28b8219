//! Everything that is kept of a person, page by page, without a scan.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::keys::Part;
use super::{Store, StoreError};
use crate::domain::subject::Subject;

/// How many items a page has at most of a person's own partition, of which DynamoDB gives a MB at a time.
const OWN_PAGE: i32 = 100;

/// How many it has elsewhere, where an item may be an event of 32 KiB.
const PAGE: i32 = 25;

/// The version of a place as text.
const VERSION: u8 = 1;

type Item = HashMap<String, AttributeValue>;

/// Where to go on among what is kept of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SubjectPlace {
    pub(super) part: Part,
    after: Option<Item>,
}

/// The beginning.
impl Default for SubjectPlace {
    fn default() -> Self {
        Self { part: Part::Own, after: None }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    version: u8,
    part: usize,
    after: Option<HashMap<String, String>>,
}

impl SubjectPlace {
    /// Whether it is the beginning.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        *self == Self::default()
    }

    /// The beginning of each part.
    pub(super) fn of_each_part() -> impl Iterator<Item = Self> {
        Part::all().map(|part| Self { part, after: None })
    }

    /// The place as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let part = Part::all().position(|part| part == self.part).unwrap_or_default();
        let text = |(name, value): (&String, &AttributeValue)| {
            Some((name.clone(), value.as_s().ok()?.clone()))
        };
        let after = self.after.as_ref().map(|after| after.iter().filter_map(text).collect());
        // Texts and numbers can always be written.
        let wire = serde_json::to_vec(&Wire { version: VERSION, part, after }).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(wire)
    }

    /// A place that was given before, of that person's; nothing, if it is none.
    #[must_use]
    pub fn parse(text: &str, subject: &Subject) -> Option<Self> {
        let wire = URL_SAFE_NO_PAD.decode(text).ok()?;
        let Wire { version, part, after } = serde_json::from_slice(&wire).ok()?;
        let part = Part::all().nth(part).filter(|_| version == VERSION)?;
        let item = |after: HashMap<String, String>| -> Item {
            after.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
        };
        let after = after.map(item);
        let is_theirs = after.as_ref().is_none_or(|after| part.has(subject, after));
        is_theirs.then_some(Self { part, after })
    }

    /// Where it goes on: in the same part, or at the beginning of the next one.
    fn next(&self, after: Option<Item>) -> Option<Self> {
        match after {
            Some(after) => Some(Self { part: self.part, after: Some(after) }),
            None => Some(Self { part: self.part.next()?, after: None }),
        }
    }
}

impl Store {
    /// A page of what is kept of a person, and where it goes on: one `Query`. Of their own partition it is
    /// consistent, and gives whole items; of the index, which may lag, it gives keys.
    pub(super) async fn subject_page(
        &self,
        subject: &Subject,
        place: &SubjectPlace,
    ) -> Result<(Vec<Item>, Option<SubjectPlace>), StoreError> {
        let partition = AttributeValue::S(place.part.partition(subject));
        let index = place.part.index();
        let query = self
            .client
            .query()
            .table_name(&*self.table)
            .set_index_name(index.map(str::to_owned))
            .consistent_read(index.is_none())
            .key_condition_expression(place.part.condition())
            .expression_attribute_values(":pk", partition)
            .set_exclusive_start_key(place.after.clone())
            .limit(if index.is_none() { OWN_PAGE } else { PAGE });
        let page = Box::pin(query.send()).await?;
        let next = place.next(page.last_evaluated_key);
        Ok((page.items.unwrap_or_default(), next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::keys::Key;

    #[test]
    fn a_place_is_read_as_it_was_written_and_by_nobody_else() {
        let subject = Subject::parse("acme", "7").unwrap();
        let after = Key::of_user(&subject.org_unit, &subject.user).into_attributes();
        let place = SubjectPlace::default().next(Some(after)).unwrap();
        let (text, other) = (place.to_text(), Subject::parse("acme", "8").unwrap());
        assert_eq!(SubjectPlace::parse(&text, &subject), Some(place.clone()));
        assert_eq!(SubjectPlace::parse(&text, &other), None);
        let next = place.next(None).unwrap();
        assert_eq!(SubjectPlace::parse(&next.to_text(), &other), Some(next));
        for text in ["", "?", "e30", &URL_SAFE_NO_PAD.encode(r#"{"version":2,"part":0}"#)] {
            assert_eq!(SubjectPlace::parse(text, &subject), None, "{text}");
        }
    }
}
