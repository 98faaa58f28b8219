//! What a person turns off who unsubscribes from an email: one setting that email obeys, or all digests.

use std::fmt;
use std::str::FromStr;

use super::account_email::EmailToggle;
use super::activity::ActivityToggle;
use super::channel_preference::Scope;
use super::decision::{RowField, Setting};

/// A setting that, once off, keeps one kind of email from a person. Its text is that of the
/// [`Setting`] it is: `email.product_updates`, `activity.notify_mentions`,
/// `channel.chat.message.email_enabled`, `channel.*.email_enabled`; or `digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailSetting {
    /// One of the account emails.
    Account(EmailToggle),
    /// A switch of the profile, of those that are about email.
    Activity(EmailActivity),
    /// The email switch of a row of channel preferences. A category need not be one that the
    /// deployment still has.
    Channel(Scope),
    /// The email switch of every row whose digest is hourly or daily, as they are when someone clicks:
    /// what lets a digest through that more than one row rules.
    Digests,
}

/// A switch of the profile that says whether email goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailActivity {
    /// About mentions.
    Mentions,
    /// About being assigned or unassigned.
    Assignment,
    /// About being added to a project.
    ProjectMembership,
    /// About being added to a team.
    TeamMembership,
    /// About comments and moves of watched issues.
    WatchedActivity,
    /// About new reports of watched projects.
    ReportActivity,
}

impl EmailActivity {
    /// The switch as one about email; `None` for one that attaches watches.
    #[must_use]
    pub const fn of(toggle: ActivityToggle) -> Option<Self> {
        match toggle {
            ActivityToggle::NotifyMentions => Some(Self::Mentions),
            ActivityToggle::NotifyAssignment => Some(Self::Assignment),
            ActivityToggle::NotifyProjectMembership => Some(Self::ProjectMembership),
            ActivityToggle::NotifyTeamMembership => Some(Self::TeamMembership),
            ActivityToggle::NotifyWatchedActivityEmail => Some(Self::WatchedActivity),
            ActivityToggle::NotifyReportActivityEmail => Some(Self::ReportActivity),
            ActivityToggle::AutoWatchOnCreate
            | ActivityToggle::AutoWatchOnAssigned
            | ActivityToggle::AutoWatchOnCommented => None,
        }
    }

    /// The switch.
    #[must_use]
    pub const fn toggle(self) -> ActivityToggle {
        match self {
            Self::Mentions => ActivityToggle::NotifyMentions,
            Self::Assignment => ActivityToggle::NotifyAssignment,
            Self::ProjectMembership => ActivityToggle::NotifyProjectMembership,
            Self::TeamMembership => ActivityToggle::NotifyTeamMembership,
            Self::WatchedActivity => ActivityToggle::NotifyWatchedActivityEmail,
            Self::ReportActivity => ActivityToggle::NotifyReportActivityEmail,
        }
    }
}

/// The setting is none that email obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must name a setting that email obeys")]
pub struct NoEmailSetting;

impl EmailSetting {
    /// What turns a digest off whose items these settings let through, each with whether what it lets
    /// through is batched still: the setting, where it is the same one for all; nothing, where there are
    /// none. Where none is batched any more, all digests would be nothing: then it is the first.
    #[must_use]
    pub fn of_digest(of_items: impl IntoIterator<Item = (Self, bool)>) -> Option<Self> {
        let mut of_items = of_items.into_iter();
        let (first, mut any_is_batched) = of_items.next()?;
        let mut is_one = true;
        for (setting, is_batched) in of_items {
            is_one &= setting == first;
            any_is_batched |= is_batched;
        }
        Some(if is_one || !any_is_batched { first } else { Self::Digests })
    }

    /// The one setting that it is; nothing, where it is several.
    #[must_use]
    pub fn setting(&self) -> Option<Setting> {
        match self {
            Self::Account(toggle) => Some(Setting::Email(*toggle)),
            Self::Activity(activity) => Some(Setting::Activity(activity.toggle())),
            Self::Channel(scope) => Some(Setting::Channel(scope.clone(), RowField::Email)),
            Self::Digests => None,
        }
    }
}

impl TryFrom<Setting> for EmailSetting {
    type Error = NoEmailSetting;

    fn try_from(setting: Setting) -> Result<Self, NoEmailSetting> {
        match setting {
            Setting::Email(toggle) => Ok(Self::Account(toggle)),
            Setting::Activity(toggle) => {
                EmailActivity::of(toggle).map(Self::Activity).ok_or(NoEmailSetting)
            }
            Setting::Channel(scope, RowField::Email) => Ok(Self::Channel(scope)),
            Setting::Channel(_, RowField::InApp | RowField::Push | RowField::Digest)
            | Setting::NotificationsEnabled
            | Setting::Mute(_) => Err(NoEmailSetting),
        }
    }
}

/// What digests are called as a whole. No setting has that name: each has a dot, or is a master switch.
const DIGESTS: &str = "digest";

impl fmt::Display for EmailSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.setting() {
            Some(setting) => setting.fmt(f),
            None => f.write_str(DIGESTS),
        }
    }
}

impl FromStr for EmailSetting {
    type Err = NoEmailSetting;

    fn from_str(text: &str) -> Result<Self, NoEmailSetting> {
        if text == DIGESTS {
            return Ok(Self::Digests);
        }
        let (family, name) = text.split_once('.').ok_or(NoEmailSetting)?;
        let found = match family {
            "email" => named(EmailToggle::ALL, EmailToggle::name, name).map(Self::Account),
            "activity" => named(ActivityToggle::ALL, ActivityToggle::name, name)
                .and_then(EmailActivity::of)
                .map(Self::Activity),
            "channel" => match name.strip_suffix(".email_enabled") {
                Some("*") => Some(Self::Channel(Scope::Global)),
                Some(category) => category.parse().ok().map(Scope::Category).map(Self::Channel),
                None => None,
            },
            _ => None,
        };
        found.ok_or(NoEmailSetting)
    }
}

fn named<T: Copy, const N: usize>(
    all: [T; N],
    name_of: impl Fn(T) -> &'static str,
    name: &str,
) -> Option<T> {
    all.into_iter().find(|one| name_of(*one) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_that_email_obeys_is_read_from_its_text_and_no_other_is() {
        let mut settings: Vec<Setting> = EmailToggle::ALL.map(Setting::Email).to_vec();
        settings.extend(ActivityToggle::ALL.map(Setting::Activity));
        for scope in ["*", "chat.message", "gone.from_here", "a.email_enabled"] {
            let category = scope.parse().map_or(Scope::Global, Scope::Category);
            for field in [RowField::InApp, RowField::Email, RowField::Push, RowField::Digest] {
                settings.push(Setting::Channel(category.clone(), field));
            }
        }
        settings.push(Setting::NotificationsEnabled);
        let mut of_email = 0;
        for setting in settings {
            let text = setting.to_string();
            let converted = EmailSetting::try_from(setting.clone());
            assert_eq!(text.parse(), converted, "{text}");
            if let Ok(converted) = converted {
                assert_eq!(converted.to_string(), text);
                assert_eq!(converted.setting(), Some(setting));
                of_email += 1;
            }
        }
        assert_eq!(of_email, 4 + 6 + 4);
    }

    #[test]
    fn digests_as_a_whole_have_a_text_and_are_no_one_setting() {
        assert_eq!("digest".parse(), Ok(EmailSetting::Digests));
        assert_eq!(EmailSetting::Digests.to_string(), "digest");
        assert_eq!(EmailSetting::Digests.setting(), None);
    }

    #[test]
    fn a_digest_is_turned_off_by_the_setting_of_all_its_items_or_with_all_digests() {
        let row = |scope: &str| -> EmailSetting {
            format!("channel.{scope}.email_enabled").parse().unwrap()
        };
        let of = |rows: &[(&str, bool)]| {
            EmailSetting::of_digest(
                rows.iter().map(|(scope, is_batched)| (row(scope), *is_batched)),
            )
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("*", true)]), Some(row("*")));
        assert_eq!(of(&[("a", true), ("a", true)]), Some(row("a")));
        assert_eq!(of(&[("a", true), ("a", true), ("*", true)]), Some(EmailSetting::Digests));
        assert_eq!(of(&[("a", false), ("*", true)]), Some(EmailSetting::Digests));
        assert_eq!(of(&[("a", false), ("*", false)]), Some(row("a")), "all digests are none");
    }

    #[test]
    fn what_only_looks_like_such_a_setting_is_none() {
        for text in [
            "",
            "email",
            "email.",
            "email.security_alerts",
            "Email.product_updates",
            "email.product_updates ",
            "activity.auto_watch_on_create",
            "channel.email_enabled",
            "channel..email_enabled",
            "channel.A.email_enabled",
            "channel.**.email_enabled",
            "channel.chat.message.digest",
            "digests",
            "Digest",
            "digest.",
            "digest.hourly",
        ] {
            assert_eq!(text.parse::<EmailSetting>(), Err(NoEmailSetting), "{text}");
        }
    }
}
