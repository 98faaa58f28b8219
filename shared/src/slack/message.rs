//! What a message says of a lead, in Block Kit (<https://docs.slack.dev/reference/block-kit/>).
//!
//! A name has at most 300 characters, and each may become five when it is escaped. So a section, which
//! takes 3,000, has one name, and so has a field, which takes 2,000: nothing is ever cut.

use serde::Serialize;

use crate::deliver::slack::SlackMessage;
use crate::domain::decision::Setting;
use crate::domain::event::{Event, LeadAlert, Occurrence, Score};
use crate::domain::lead_alert::LeadEvent;
use crate::domain::slack::SlackUserId;
use crate::domain::text::{Line, legible};

/// A direct message about the event; nothing, if that is for no Slack message.
pub(crate) fn compose(event: &Event, to: &SlackUserId) -> Option<SlackMessage> {
    let (lead_event, alert) = match &event.occurrence {
        Occurrence::Lead(lead_event, alert) => (*lead_event, alert),
        Occurrence::MessageSent(_)
        | Occurrence::AccountNotice(_)
        | Occurrence::IssueCreated(_)
        | Occurrence::IssueAssigned(_)
        | Occurrence::IssueUnassigned(_)
        | Occurrence::IssueCommented(_)
        | Occurrence::IssueLaneChanged(_)
        | Occurrence::ProjectCreated(_)
        | Occurrence::ProjectMemberAdded(_)
        | Occurrence::ProjectMemberRemoved(_)
        | Occurrence::TeamMemberAdded(_)
        | Occurrence::ReportCreated(_)
        | Occurrence::MemberUpserted(_)
        | Occurrence::MemberRemoved(_) => return None,
    };
    let LeadAlert { lead, owner: _, trigger, score } = alert;
    let (lead, trigger) = (escaped(&lead.name), escaped(&trigger.name));
    let Words { headline, whole, trigger_is } = Words::of(lead_event, &lead, &trigger);
    let mute = Setting::Mute(lead_event);
    let field = |name: &str, value: &str| Text::new(format!("*{name}*\n{value}"));
    let mut fields = vec![field("Lead", &lead), field(trigger_is, &trigger)];
    fields.extend(score.map(|score| field("Score", &number(score))));
    let why = format!("You get this because you own this lead. `{mute}` turns such messages off.");
    let message = Message {
        channel: to.as_str(),
        text: &whole,
        blocks: [
            Block::Section { text: Some(Text::new(headline)), fields: None },
            Block::Section { text: None, fields: Some(fields) },
            Block::Context { elements: [Text::new(why)] },
        ],
        parse: "none",
        unfurl_links: false,
        unfurl_media: false,
    };
    // Texts can always be written.
    let body = serde_json::to_string(&message).ok()?;
    Some(SlackMessage { to: to.clone(), body })
}

/// What happened, in names that are escaped.
struct Words {
    /// In a sentence with one name.
    headline: String,
    /// In a sentence with both: what a phone shows, and what is read aloud.
    whole: String,
    /// What the trigger is.
    trigger_is: &'static str,
}

impl Words {
    fn of(event: LeadEvent, lead: &str, trigger: &str) -> Self {
        let (headline, whole, trigger_is) = match event {
            LeadEvent::MilestoneEntered => (
                format!("{lead} entered a milestone."),
                format!("{lead} entered the milestone {trigger}."),
                "Milestone",
            ),
            LeadEvent::MilestoneExited => (
                format!("{lead} dropped below a milestone."),
                format!("{lead} dropped below the milestone {trigger}."),
                "Milestone",
            ),
            LeadEvent::SequenceCompleted => (
                format!("{lead} completed a sequence."),
                format!("{lead} completed the sequence {trigger}."),
                "Sequence",
            ),
            LeadEvent::SurgeFired => (
                format!("A surge fired on {lead}."),
                format!("The surge {trigger} fired on {lead}."),
                "Surge",
            ),
        };
        Self { headline, whole, trigger_is }
    }
}

/// The name as it may stand in a text of Slack's: without a link, a mention or a command
/// (<https://docs.slack.dev/messaging/formatting-message-text#escaping>).
fn escaped(name: &Line) -> String {
    legible(name.as_str()).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The score as people write numbers, if it is of a size that they do.
fn number(score: Score) -> String {
    let number = score.get();
    match number.abs() {
        0.0 => "0".to_owned(),
        1e-6..1e15 => number.to_string(),
        _ => format!("{number:e}"),
    }
}

#[derive(Serialize)]
struct Message<'a> {
    channel: &'a str,
    text: &'a str,
    blocks: [Block; 3],
    /// Nothing in the text is made a link or a mention of.
    parse: &'static str,
    unfurl_links: bool,
    unfurl_media: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Section {
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        #[serde(skip_serializing_if = "Option::is_none")]
        fields: Option<Vec<Text>>,
    },
    Context {
        elements: [Text; 1],
    },
}

#[derive(Serialize)]
struct Text {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    /// Nothing that looks like one is made a link of.
    verbatim: bool,
}

impl Text {
    fn new(text: String) -> Self {
        Self { kind: "mrkdwn", text, verbatim: true }
    }
}

#[cfg(test)]
mod tests;
