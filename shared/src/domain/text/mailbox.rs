//! Whom an email comes from.

use std::str::FromStr;

use super::{EmailAddress, InvalidText, Line};

/// An address with the name that a reader sees beside it, if it has one: `Acme <mail@acme.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<Line>,
    address: EmailAddress,
}

/// The rule of [`Mailbox`].
const RULE: InvalidText = InvalidText(
    "must be an email address in ASCII, alone or in angle brackets after a name of at most 300 \
     characters, such as Acme <mail@acme.example>",
);

impl Mailbox {
    /// The name, without quotes.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(Line::as_str)
    }

    /// The address. It is ASCII: a mail server need not take any other (RFC 6531).
    #[must_use]
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }
}

/// Reads `a@b`, `Name <a@b>` and `"Name" <a@b>` (RFC 5322, section 3.4); the quotes may be left out
/// whatever the name holds.
impl FromStr for Mailbox {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let bracketed = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
        let (name, address) = bracketed.unwrap_or(("", text));
        let address: EmailAddress = address.parse().map_err(|_no_address| RULE)?;
        if !address.as_str().is_ascii() {
            return Err(RULE);
        }
        let name = name.trim();
        let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let name = match quoted.unwrap_or(name) {
            "" => None,
            name => Some(name.parse().map_err(|_no_line| RULE)?),
        };
        Ok(Self { name, address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_an_address_with_or_without_a_name() {
        for (text, name, address) in [
            ("mail@acme.example", None, "mail@acme.example"),
            (" <mail@acme.example> ", None, "mail@acme.example"),
            ("Acme <mail@acme.example>", Some("Acme"), "mail@acme.example"),
            ("\"Acme, Inc.\" <mail@acme.example>", Some("Acme, Inc."), "mail@acme.example"),
            ("Größe & <Co> <mail@acme.example>", Some("Größe & <Co>"), "mail@acme.example"),
        ] {
            let mailbox: Mailbox = text.parse().unwrap();
            assert_eq!(mailbox.name(), name, "{text}");
            assert_eq!(mailbox.address().as_str(), address, "{text}");
        }
    }

    #[test]
    fn what_could_break_a_header_or_no_server_takes_is_no_mailbox() {
        for text in [
            "",
            "Acme",
            "Acme <>",
            "Acme mail@acme.example",
            "Acme\r\nBcc: <mail@acme.example>",
            "Acme <mail@acme.example\n>",
            "mail@acme.example, other@acme.example",
            "mail@größe.example",
        ] {
            assert_eq!(text.parse::<Mailbox>(), Err(RULE), "{text}");
        }
    }
}
