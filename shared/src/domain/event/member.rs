//! What the directory says of the members of an org unit.

use deserr::Deserr;
use serde::{Deserialize, Serialize};

use crate::domain::id::{OrgMemberId, UserId};
use crate::domain::text::{EmailAddress, PersonName, PictureUrl, ZoneName};

/// `member.upserted`: all that the directory says of a member from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct MemberUpserted {
    /// The directory's entry.
    pub org_member_id: OrgMemberId,
    /// Whom it is about.
    pub user: UserId,
    /// Where email reaches them.
    pub email: EmailAddress,
    /// The first name; may be empty.
    pub first_name: PersonName,
    /// The last name; may be empty.
    pub last_name: PersonName,
    /// Where their picture is, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub profile_picture: Option<PictureUrl>,
    /// Whether they took up the invitation.
    pub confirmed: bool,
    /// The time zone they live by, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub zoneinfo: Option<ZoneName>,
}

/// `member.removed`: the directory has this member no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct MemberRemoved {
    /// The directory's entry.
    pub org_member_id: OrgMemberId,
    /// Whom it was about.
    pub user: UserId,
}
