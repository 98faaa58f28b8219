//! What a text says, however it is written.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// How often a text may have been escaped: JSON in JSON in JSON.
const DEPTH: usize = 3;

/// The shortest run that is read as base64, in characters.
const SHORTEST_RUN: usize = 12;

/// The shortest text in it, in bytes: what is no base64 reads as noise, in which short texts are found by chance.
const SHORTEST_TEXT: usize = 9;

/// Takes what is cut off anywhere.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The text; and, where it is written in other ways, what it says without escapes, without percent-encoding, and
/// what is in base64 in any of these.
pub(super) fn readings(text: &str) -> Vec<Cow<'_, str>> {
    let mut readings = vec![Cow::Borrowed(text)];
    let mut escaped = text.to_owned();
    for _ in 0..DEPTH {
        if !escaped.contains('\\') {
            break;
        }
        escaped = without_escapes(&escaped);
        readings.push(Cow::Owned(escaped.clone()));
    }
    for place in 0..readings.len() {
        if readings[place].contains('%') {
            let decoded = percent_decode_str(&readings[place]).decode_utf8_lossy().into_owned();
            readings.push(Cow::Owned(decoded));
        }
    }
    let decoded: Vec<String> =
        readings.iter().map(|text| in_base64(text)).filter(|text| !text.is_empty()).collect();
    readings.extend(decoded.into_iter().map(Cow::Owned));
    readings
}

/// As RFC 8259 (section 7) has escapes; Rust's own are like them but for `\u{…}`.
fn without_escapes(text: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            push(&mut plain, character);
            continue;
        }
        match rest.next() {
            Some('n') => push(&mut plain, '\n'),
            Some('t') => push(&mut plain, '\t'),
            Some('r') => push(&mut plain, '\r'),
            Some('u') => {
                let after = rest.as_str();
                let (digits, after) =
                    match after.strip_prefix('{').and_then(|it| it.split_once('}')) {
                        Some(inside) => inside,
                        None => after.split_at_checked(4).unwrap_or((after, "")),
                    };
                plain.extend(u16::from_str_radix(digits, 16));
                rest = after.chars();
            }
            Some(other) => push(&mut plain, other),
            None => {}
        }
    }
    String::from_utf16_lossy(&plain)
}

fn push(plain: &mut Vec<u16>, character: char) {
    plain.extend(character.encode_utf16(&mut [0; 2]).iter());
}

/// Whatever is in base64, in either alphabet, wherever it begins: each of the four ways to cut it.
fn in_base64(text: &str) -> String {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    let mut decoded = String::new();
    for run in text.as_bytes().split(|byte| !is_digit(*byte)) {
        if run.len() < SHORTEST_RUN {
            continue;
        }
        let standard = |byte: &u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        };
        let run: Vec<u8> = run.iter().map(standard).collect();
        for start in 0..4 {
            let cut = &run[start..];
            // One digit alone is not a byte.
            let cut = if cut.len() % 4 == 1 { &cut[..cut.len() - 1] } else { cut };
            let bytes = BASE64.decode(cut).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let is_noise = |it: char| it.is_control() || it == char::REPLACEMENT_CHARACTER;
            for text in text.split(is_noise).filter(|text| text.len() >= SHORTEST_TEXT) {
                decoded.push_str(text);
                decoded.push('\n');
            }
        }
    }
    decoded
}
