//! The pages behind an unsubscribe link, for people who did not sign in.
//!
//! They say what is turned off and never whose it is: who has the link may not be whom it was sent to.

use askama::Template;
use http::StatusCode;

use super::Surface;
use crate::domain::account_email::EmailToggle;
use crate::domain::channel_preference::Scope;
use crate::domain::unsubscribing::{EmailActivity, EmailSetting};
use crate::failure::{Failure, Said};
use crate::http::body::BodyFault;
use crate::http::{Outbound, Reply, RequestId};

/// The errors behind an unsubscribe link, as pages.
#[derive(Debug)]
pub struct UnsubscribePages(Failure);

impl<E: Into<Failure>> From<E> for UnsubscribePages {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Surface for UnsubscribePages {
    fn failure(&self) -> &Failure {
        &self.0
    }

    /// A link that is forged, cut off or too old is one page: which it is, nobody is told.
    fn render(&self, _: &RequestId) -> Outbound {
        let said = self.0.said();
        let (status, title, paragraph) = match &said {
            Said::Body(BodyFault::TooLarge) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "This is too large", "Nothing was changed.")
            }
            Said::NotFound | Said::Refused(_) | Said::Body(_) | Said::Query(_) | Said::InFlight => {
                (StatusCode::BAD_REQUEST, "This link does not work", LINK_DOES_NOT_WORK)
            }
            Said::Unavailable { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "Please try again", TRY_AGAIN)
            }
            Said::Full(_) | Said::NotSetUp(_) | Said::PeerRefused(_) | Said::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", SOMETHING_WENT_WRONG)
            }
        };
        let page = Page { title, paragraphs: vec![paragraph.to_owned()], button: None };
        // Texts can always be written.
        Outbound::page(status, page.render().unwrap_or_default()).with_remedy(&said)
    }
}

const LINK_DOES_NOT_WORK: &str = "Please use the link of a more recent email, or change your \
     notification preferences where you sign in.";

const TRY_AGAIN: &str = "We are busy. Please open the link again in a moment.";

const SOMETHING_WENT_WRONG: &str = "This is our fault. Please try again later, or change your \
     notification preferences where you sign in.";

/// What a person sees who follows an unsubscribe link, or has used it.
#[derive(Debug)]
pub enum UnsubscribePage {
    /// What the link is about, and a button that turns it off: nothing has changed.
    Asks(EmailSetting),
    /// It is turned off.
    IsDone(EmailSetting),
}

impl Reply for UnsubscribePage {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let page = match &self {
            Self::Asks(setting) => {
                let asks = format!(
                    "Press the button to get no more email about {}. Nothing changes until then.",
                    in_plain_words(setting)
                );
                let paragraphs = [Some(asks), left_on(setting)].into_iter().flatten().collect();
                Page { title: "Unsubscribe", paragraphs, button: Some("Turn these emails off") }
            }
            Self::IsDone(setting) => {
                let done = format!("You will get no more email about {}.", in_plain_words(setting));
                let again =
                    "To get them again, change your notification preferences where you sign in.";
                let all = [Some(done), left_on(setting), Some(again.to_owned())];
                let paragraphs = all.into_iter().flatten().collect();
                Page { title: "You are unsubscribed", paragraphs, button: None }
            }
        };
        let html = page.render().map_err(|_unwritable| Failure::Unrenderable)?;
        Ok(Outbound::page(StatusCode::OK, html))
    }
}

/// A page. Whatever it is given is escaped.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    title: &'static str,
    paragraphs: Vec<String>,
    /// What stands on the button that sends the same address a POST.
    button: Option<&'static str>,
}

/// What the emails are about that a setting turns off, to be read after "email about".
fn in_plain_words(setting: &EmailSetting) -> String {
    match setting {
        EmailSetting::Account(toggle) => match toggle {
            EmailToggle::ProductUpdates => "news of the product",
            EmailToggle::DeliveryAlerts => "deliveries that fail",
            EmailToggle::BillingReceipts => "receipts",
            EmailToggle::WeeklyUsageDigest => "how much you used in a week",
        },
        EmailSetting::Activity(activity) => match activity {
            EmailActivity::Mentions => "comments that mention you",
            EmailActivity::Assignment => "issues that are assigned to you, or no longer are",
            EmailActivity::ProjectMembership => "projects that you are added to",
            EmailActivity::TeamMembership => "teams that you are added to",
            EmailActivity::WatchedActivity => {
                "comments on issues that you watch, and moves of them"
            }
            EmailActivity::ReportActivity => "new reports of projects whose reports you watch",
        },
        EmailSetting::Digests => "whatever waits for an hourly or a daily digest",
        EmailSetting::Channel(Scope::Global) => "anything that has no setting of its own",
        EmailSetting::Channel(Scope::Category(category)) => {
            return format!("notifications of the kind “{category}”");
        }
    }
    .to_owned()
}

/// What a setting leaves as it is that someone might take it to turn off. It says the same whatever anyone has
/// chosen: who has the link may be someone else.
fn left_on(setting: &EmailSetting) -> Option<String> {
    match setting {
        EmailSetting::Digests => Some(AT_ONCE.to_owned()),
        EmailSetting::Account(_) | EmailSetting::Activity(_) | EmailSetting::Channel(_) => None,
    }
}

/// Where every row is `instant` by the time of the click, there is nothing to turn off: all comes at once, as
/// they chose since.
const AT_ONCE: &str = "Whatever you chose to get at once, before or since, still comes at once, with a link of its own \
     to turn it off.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_is_given_is_escaped() {
        let page = Page {
            title: "<script>",
            paragraphs: vec!["\"><img src=x onerror='alert(1)'>&".to_owned()],
            button: Some("</button><a href=\"https://evil.example\">"),
        };
        let html = page.render().unwrap();
        for markup in ["<script", "<img", "<a ", "</button><"] {
            assert!(!html.replace("</button></form>", "").contains(markup), "{html}");
        }
        assert!(html.contains("<title>&#60;script&#62;</title>"), "{html}");
    }
}
