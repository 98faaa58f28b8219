//! Whether a person is told of an event over a channel, and because of what.
//!
//! One pure function decides everywhere: what the API answers, what dispatch does, what is looked at
//! again before something is sent, and as a digest leaves.

mod audience;
mod channel;
mod choices;
mod outcome;
mod question;
mod recipient;
mod rule;
mod setting;

use jiff::Timestamp;

pub use audience::{
    Concern, MembershipRecord, NotInAudience, Standing, named_recipients, project_of,
};
pub use channel::Channel;
pub use choices::{Choices, scopes_ruling};
pub use outcome::{Code, Decision, Outcome};
pub use question::{Answer, AskedAbout, InvalidAskedAbout, Question};
pub use recipient::{Reach, Recipient};
pub use setting::{Cited, RowField, Setting, SettingValue};

use choices::RulingRow;
use rule::{RowSwitch, Rule};

use super::channel_preference::{Category, Digest};
use super::digest::{Cadence, DigestBucket};
use super::event::Event;
use super::lead_alert::LeadEvent;

/// Decides whether an event reaches someone over a channel: by the first of nine questions that has
/// an answer.
///
/// An off switch always wins over an on one, and of several values the most specific one holds; no
/// question is about both.
#[must_use]
pub fn decide(event: &Event, recipient: &Recipient, channel: Channel, now: Timestamp) -> Decision {
    if !channel.is_offered_to(event.event_type()) {
        return Decision::deny(Code::NotOffered);
    }
    let concern = match Concern::of(event, &recipient.user, &recipient.standing) {
        Ok(concern) => concern,
        Err(why) => return Decision::deny(Code::NotInAudience(why)),
    };
    if event.actor() == Some(&recipient.user) {
        return Decision::deny(Code::Own);
    }
    if !recipient.reach.includes(channel) {
        return Decision::deny(Code::Unreachable);
    }
    // What has no rule is not offered: the first question, asked again of the concern. A test says that
    // the two answer alike.
    let Some(rule) = Rule::of(concern, channel) else { return Decision::deny(Code::NotOffered) };
    match rule {
        Rule::Mandatory => Decision::MANDATORY,
        Rule::LeadAlert(event) => by_lead_alerts(&recipient.choices, event),
        Rule::AccountEmail(toggle) => {
            let (is_on, cited) = recipient.choices.email(toggle);
            Decision::switch(is_on, cited)
        }
        Rule::Activity(toggle) => {
            let (is_on, cited) = recipient.choices.activity(toggle);
            Decision::switch(is_on, cited)
        }
        Rule::Row(category, field) => by_row(recipient, category, field, now),
    }
}

/// What [`decide`] says of email about any message of that category to someone in its audience who did
/// not send it, as the digest leaves that it waited for. What it asks besides was asked as it joined,
/// and no later event changes that.
#[must_use]
pub fn decide_as_digest_leaves(
    category: &Category,
    recipient: &Recipient,
    now: Timestamp,
) -> Decision {
    if !recipient.reach.includes(Channel::Email) {
        return Decision::deny(Code::Unreachable);
    }
    by_row(recipient, category, RowSwitch::Email, now).as_digest_leaves()
}

fn by_lead_alerts(choices: &Choices, event: LeadEvent) -> Decision {
    let (is_enabled, master) = choices.lead_alerts();
    if !is_enabled {
        return Decision { outcome: Outcome::Deny, code: Code::Disabled, cited: master };
    }
    let (is_muted, mute) = choices.mute(event);
    // What is said of the one event is more than what is said of all.
    Decision::switch(!is_muted, mute.or(master))
}

fn by_row(
    recipient: &Recipient,
    category: &Category,
    switch: RowSwitch,
    now: Timestamp,
) -> Decision {
    let row = recipient.choices.ruling_row(category);
    let settings = row.settings();
    let (is_on, field) = match switch {
        RowSwitch::InApp => (settings.in_app, RowField::InApp),
        RowSwitch::Email => (settings.email, RowField::Email),
        RowSwitch::Push => (settings.push, RowField::Push),
    };
    let by_switch = Decision::switch(is_on, row.cite(field));
    match switch {
        RowSwitch::Email if is_on => {}
        RowSwitch::InApp | RowSwitch::Email | RowSwitch::Push => return by_switch,
    }
    let cited = row.cite(RowField::Digest);
    let defer = |cadence| {
        let bucket = DigestBucket::joined_at(now, cadence, recipient.zone.as_ref());
        Decision { outcome: Outcome::Defer { bucket }, code: Code::Digest, cited: cited.clone() }
    };
    match settings.digest {
        Digest::Instant => by_switch,
        Digest::Off => Decision { outcome: Outcome::Deny, code: Code::DigestOff, cited },
        Digest::Hourly => defer(Cadence::Hourly),
        Digest::Daily => defer(Cadence::Daily),
    }
}

/// The setting that lets email about something through that concerns a person, whatever it holds and
/// whether they made it; nothing, if no setting could keep it back.
#[must_use]
pub fn email_setting(concern: Concern<'_>, choices: &Choices) -> Option<Setting> {
    match Rule::of(concern, Channel::Email)? {
        Rule::Mandatory | Rule::LeadAlert(_) => None,
        Rule::AccountEmail(toggle) => Some(Setting::Email(toggle)),
        Rule::Activity(toggle) => Some(Setting::Activity(toggle)),
        Rule::Row(category, _) => email_setting_of(category, choices),
    }
}

/// The same of a message of that category: the switch of the row that rules it.
#[must_use]
pub fn email_setting_of(category: &Category, choices: &Choices) -> Option<Setting> {
    match choices.ruling_row(category) {
        RulingRow::Chosen(scope, _) => Some(Setting::Channel(scope, RowField::Email)),
        RulingRow::BuiltIn => None,
    }
}

/// Whether email of that category waits for a digest, by the row that rules it.
#[must_use]
pub fn is_batched(category: &Category, choices: &Choices) -> bool {
    Cadence::of(choices.ruling_row(category).settings().digest).is_some()
}

#[cfg(test)]
mod tests;
