//! What Amazon SES says of an email, as EventBridge hands it over: "Amazon SES events schema reference"
//! in the SES developer guide.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Feedback;
use crate::boot::Unreadable;
use crate::domain::feedback::WhyUndeliverable;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::AddressDigest;

/// Who publishes these events.
const SOURCE: &str = "aws.ses";

/// The tag of an email that names the org unit, as base 64 for URLs: a tag's value may not hold all that
/// an id may.
const ORG_UNIT: &str = "org_unit";

/// The tag of an email that names the user, in the same way.
const USER: &str = "user";

/// What EventBridge hands over, as far as it matters here.
#[derive(Deserialize)]
struct Event {
    source: String,
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
}

#[derive(Deserialize)]
struct Mail {
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<SesRecipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complaint_feedback_type: Option<String>,
    complained_recipients: Vec<SesRecipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesRecipient {
    email_address: String,
}

/// What is to be recorded of an event; nothing where it tells nothing lasting of an address, or where
/// the email was someone else's.
///
/// # Errors
///
/// [`Unreadable::Malformed`], if it is no event of SES about an email, or its tags name nobody.
pub(super) fn read(text: &str) -> Result<Option<Feedback>, Unreadable> {
    let event: Event = serde_json::from_str(text).map_err(|_it_may_quote| Unreadable::Malformed)?;
    if event.source != SOURCE {
        return Err(Unreadable::Malformed);
    }
    let Detail { event_type, mail, bounce, complaint } = event.detail;
    let (recipients, reason) = match event_type.as_str() {
        "Bounce" => {
            let Bounce { bounce_type, bounced_recipients } = bounce.ok_or(Unreadable::Malformed)?;
            // Full for a while, away for a while, or nobody knows: the next email may arrive.
            if bounce_type != "Permanent" {
                return Ok(None);
            }
            (bounced_recipients, WhyUndeliverable::Bounce)
        }
        "Complaint" => {
            let complaint = complaint.ok_or(Unreadable::Malformed)?;
            // Whoever says so took it out of their junk.
            if complaint.complaint_feedback_type.as_deref() == Some("not-spam") {
                return Ok(None);
            }
            (complaint.complained_recipients, WhyUndeliverable::Complaint)
        }
        _ => return Ok(None),
    };
    let (Some(org_unit), Some(user)) = (mail.tags.get(ORG_UNIT), mail.tags.get(USER)) else {
        return Ok(None);
    };
    let malformed = |_no_id| Unreadable::Malformed;
    let org_unit = OrgUnitId::parse(&decode(org_unit)?).map_err(malformed)?;
    let user = UserId::parse(&decode(user)?).map_err(malformed)?;
    let addresses = recipients.iter().map(|SesRecipient { email_address }| bare(email_address));
    let addresses = addresses.map(AddressDigest::of).collect();
    Ok(Some(Feedback { org_unit, user, addresses, reason }))
}

/// What a tag says.
fn decode(values: &[String]) -> Result<String, Unreadable> {
    let [value] = values else { return Err(Unreadable::Malformed) };
    let bytes = URL_SAFE_NO_PAD.decode(value).map_err(|_no_base_64| Unreadable::Malformed)?;
    String::from_utf8(bytes).map_err(|_no_text| Unreadable::Malformed)
}

/// The address alone, where a name stands beside it: `Jane <jane@example.com>`.
fn bare(address: &str) -> &str {
    let inner = address.rsplit_once('<').and_then(|(_name, rest)| rest.split_once('>'));
    inner.map_or(address, |(inner, _rest)| inner).trim()
}

#[cfg(test)]
mod tests;
