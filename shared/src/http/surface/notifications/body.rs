//! The body of the three bulk operations.

use deserr::{Deserr, IntoValue, Sequence as _, Value, ValuePointerRef};

use crate::domain::inbox::{NotificationId, Selection};
use crate::http::body::BodyFault;
use crate::http::path::Path;
use crate::http::violation::{Violation, ViolationKind, Violations};

/// The field that names notifications.
const FIELD: &str = "notification_ids";

/// Which notifications are meant. Fields of other names are passed over.
#[derive(Debug, Deserr)]
#[deserr(error = Violations)]
pub struct NotificationIdsBody {
    notification_ids: Ids,
}

#[derive(Debug)]
struct Ids(Selection);

impl From<NotificationIdsBody> for Selection {
    fn from(NotificationIdsBody { notification_ids: Ids(selected) }: NotificationIdsBody) -> Self {
        selected
    }
}

/// An array of 1 to 100 whole numbers. One that no notification can have is the id of none of the
/// caller's, and is told with those.
impl Deserr<Violations> for Ids {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        let refused = |kind| Violations::from(Violation { path: location.into(), kind });
        let Value::Sequence(elements) = value else {
            let expected = "an array of 1 to 100 ids".to_owned();
            return Err(refused(ViolationKind::WrongType { expected }));
        };
        let wrong_number = |rule: String| refused(ViolationKind::NotAllowed { rule });
        let number = elements.len();
        Selection::check_length(number).map_err(|rule| wrong_number(rule.to_string()))?;
        let mut ids = Vec::with_capacity(number);
        let mut wrong = Vec::new();
        for (place, element) in elements.into_iter().enumerate() {
            match element.into_value() {
                Value::Integer(number) => ids.push(NotificationId::from_number(number)),
                Value::NegativeInteger(_) => ids.push(None),
                Value::Null
                | Value::Boolean(_)
                | Value::Float(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Map(_) => wrong.push(Violation {
                    path: Path::from(location).element(place),
                    kind: ViolationKind::WrongType { expected: "a whole number".to_owned() },
                }),
            }
        }
        match Violations::all(wrong) {
            Some(violations) => Err(violations),
            None => Selection::new(ids).map(Self).map_err(|rule| wrong_number(rule.to_string())),
        }
    }
}

/// Refuses a body that names notifications at these places which are not the caller's.
///
/// # Errors
///
/// [`BodyFault::Invalid`], if there are any.
pub fn all_are_theirs(places_of_others: Vec<usize>) -> Result<(), BodyFault> {
    let fault = |place| Violation {
        path: Path::ROOT.field(FIELD).element(place),
        kind: ViolationKind::NotAllowed {
            rule: "must be the id of one of your notifications".to_owned(),
        },
    };
    let faults = places_of_others.into_iter().map(fault).collect();
    Violations::all(faults).map_or(Ok(()), |violations| Err(BodyFault::Invalid(violations)))
}
