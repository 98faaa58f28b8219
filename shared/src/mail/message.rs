//! The message on the wire: headers and MIME.
//!
//! `mail-builder` folds headers, encodes what is not ASCII, and chooses how a body is encoded. What
//! it leaves open is closed here: a boundary that is not the clock's, texts without stray control
//! characters, and a subject that only looks like an encoded word.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::url::URL;
use mail_builder::mime::{BodyPart, MimePart};

use super::Uncomposable;
use crate::domain::text::{EmailAddress, Mailbox};

/// The longest value that stands in a header as it is: a line may have 998 characters (RFC 5322,
/// section 2.1.1).
const LONGEST_VALUE: usize = 900;

/// How many bytes of text fit into an encoded word, which has at most 75 characters (RFC 2047,
/// section 2).
const ENCODED_WORD: usize = 45;

/// What stands in the headers of any email, but for its subject. What each is, a draft says.
pub(super) struct Headers<'a> {
    pub(super) from: &'a Mailbox,
    pub(super) to: &'a EmailAddress,
    pub(super) unsubscribe: Option<&'a str>,
    pub(super) reason: &'a str,
    pub(super) message_id: &'a str,
    pub(super) sent_at: Timestamp,
}

pub(super) fn write(
    headers: &Headers<'_>,
    subject: &str,
    text: &str,
    html: &str,
) -> Result<Vec<u8>, Uncomposable> {
    let Headers { from, to, unsubscribe, reason, message_id, sent_at } = *headers;
    let raw = |value| HeaderType::from(Raw::new(value));
    let from = Address::new_address(from.name(), from.address().as_str());
    let to = Address::new_address(None::<&str>, to.as_str());
    let message_id = checked("Message-ID", message_id)?;
    let reason = checked("X-Notification-Reason", reason)?;
    let mut headers: Vec<(&str, HeaderType<'_>)> = vec![
        ("From", from.into()),
        ("To", to.into()),
        ("Subject", unstructured(subject)),
        ("Date", Date::new(sent_at.as_second()).into()),
        ("Message-ID", MessageId::new(message_id).into()),
        // RFC 3834: nobody's absence answers it.
        ("Auto-Submitted", raw("auto-generated")),
        ("X-Notification-Reason", raw(reason)),
    ];
    if let Some(link) = unsubscribe {
        let link = checked("List-Unsubscribe", link)?;
        headers.push(("List-Unsubscribe", URL::new(link).into()));
        // RFC 8058: a mail client may post there by itself, and nothing else is needed.
        headers.push(("List-Unsubscribe-Post", raw("List-Unsubscribe=One-Click")));
    }
    let boundary = boundary(text, html);
    let alternatives = ContentType::new("multipart/alternative").attribute("boundary", boundary);
    headers.push(("MIME-Version", raw("1.0")));
    headers.push(("Content-Type", alternatives.into()));
    let part = |media_type, text: &str| MimePart::new(media_type, text.replace('\n', "\r\n"));
    // The last one is the best one (RFC 2046, section 5.1.4).
    let parts = vec![part("text/plain", text), part("text/html", html)];
    let headers = headers.into_iter().map(|(name, value)| (name.into(), value)).collect();
    let mut message = Vec::new();
    MimePart { headers, contents: BodyPart::Multipart(parts) }.write_part(&mut message);
    Ok(message)
}

/// The value, if it can stand in that header as it is.
fn checked<'a>(header: &'static str, value: &'a str) -> Result<&'a str, Uncomposable> {
    let stands = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    let is_short = (1..=LONGEST_VALUE).contains(&value.len());
    if is_short && value.bytes().all(stands) {
        Ok(value)
    } else {
        Err(Uncomposable::Header(header))
    }
}

/// A text that someone wrote, which a reader sees as it was written: also where it looks like an
/// encoded word (RFC 2047), or has spaces where a header might be folded and lose one.
fn unstructured(text: &str) -> HeaderType<'_> {
    let space = [' ', '\t'];
    let is_plain = !text.contains("=?") && !text.contains("  ") && !text.contains('\t');
    if is_plain && !text.starts_with(space) && !text.ends_with(space) {
        return Text::new(text).into();
    }
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, left) = rest.split_at(rest.floor_char_boundary(ENCODED_WORD));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = left;
    }
    Raw::new(words.join(" ")).into()
}

/// A boundary that neither text holds. Texts are finite, so there is one.
fn boundary(text: &str, html: &str) -> String {
    let mut boundaries = (1_u32..).map(|number| format!("=_part_{number}"));
    let is_free = |boundary: &String| !text.contains(boundary) && !html.contains(boundary);
    boundaries.find(is_free).unwrap_or_default()
}
