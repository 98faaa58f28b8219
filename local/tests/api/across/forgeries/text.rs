//! RFC 8725, section 3.7: a token is JSON in UTF-8, in base64url, and both have one spelling.

use serde_json::json;

use super::{
    Api, CLAIM, Forgery, HEADER, NOT_A_BEARER, assert_refused, claims, encode, good, start,
};
use crate::support::keys::ES256;

/// The text in UTF-16, with the mark that says so.
fn utf16(text: &str) -> Vec<u8> {
    let units = [0xFEFF].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_be_bytes).collect()
}

fn utf32(text: &str) -> Vec<u8> {
    text.chars().flat_map(|letter| u32::from(letter).to_be_bytes()).collect()
}

/// The same text as bytes that are no JSON in UTF-8.
fn garbled(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let inner = text.trim_start_matches('{');
    let with = |beginning: &[u8]| [beginning, inner.as_bytes()].concat();
    vec![
        ("UTF-16", utf16(text)),
        ("UTF-32", utf32(text)),
        ("a byte order mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("no UTF-8", with(b"{\"x\":\"\xFF\",")),
        ("half a letter", with(b"{\"x\":\"\xC3\",")),
        ("an overlong letter", with(b"{\"x\":\"\xC0\xAF\",")),
        ("a surrogate in UTF-8", with(b"{\"x\":\"\xED\xA0\x80\",")),
        ("half a surrogate pair", with(br#"{"x":"\ud800","#)),
        ("a control character", with(b"{\"x\":\"\x00\",")),
        ("a comment", with(b"{/* evil */")),
        ("single quotes", with(b"{'x':1,")),
        ("NaN", with(br#"{"x":NaN,"#)),
        ("a number without end", with(br#"{"x":1e999,"#)),
        ("a leading zero", with(br#"{"x":01,"#)),
        (
            "too deep",
            [
                br#"{"x":"#,
                "[".repeat(1_000).as_bytes(),
                "]".repeat(1_000).as_bytes(),
                b",",
                inner.as_bytes(),
            ]
            .concat(),
        ),
        ("a comma too many", text.replace('}', ",}").into_bytes()),
        ("cut off", text.as_bytes()[..text.len() - 1].to_vec()),
        ("something after it", format!("{text}{{}}").into_bytes()),
        ("a zero after it", format!("{text}\0").into_bytes()),
        ("an array", format!("[{text}]").into_bytes()),
        ("a string", json!(text).to_string().into_bytes()),
        ("a number", b"7".to_vec()),
        ("null", b"null".to_vec()),
        ("nothing", Vec::new()),
    ]
}

/// Headers and claims that are no JSON, and parts that are no base64url.
pub(super) fn unreadable(api: &Api) -> Vec<Forgery> {
    let header = json!({ "alg": "ES256", "kid": "ES256" }).to_string();
    let claims = claims(api).to_string();
    let mut forgeries = Vec::new();
    for (name, bytes) in garbled(&header) {
        let token = ES256.sign_parts(&encode(bytes), &encode(&claims));
        forgeries.push(Forgery::token(format!("header: {name}"), HEADER, &token));
    }
    for (name, bytes) in garbled(&claims) {
        let token = ES256.sign_parts(&encode(&header), &encode(bytes));
        forgeries.push(Forgery::token(format!("claims: {name}"), CLAIM, &token));
    }
    forgeries.extend(misspelled(api));
    forgeries
}

/// Letters that are not of base64url, each in each part of a good token.
fn misspelled(api: &Api) -> Vec<Forgery> {
    let good = good(api, &ES256);
    let mut forgeries = Vec::new();
    let letters =
        [" ", "\t", "=", "+", "/", "~", "%20", "%0A", "%3D", ",", ";", ":", "\"", "*", "\\", "ä"];
    for letters in letters {
        for (part, name) in ["header", "claims", "signature"].into_iter().enumerate() {
            let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
            let middle = parts[part].len() / 2;
            parts[part].insert_str(middle, letters);
            let is_of_credentials = ["=", "+", "/", "~"].contains(&letters);
            let reason = match part {
                _ if !is_of_credentials => NOT_A_BEARER,
                0 => HEADER,
                _ => super::SIGNATURE,
            };
            let name = format!("{letters:?} in its {name}");
            forgeries.push(Forgery::token(name, reason, &parts.join(".")));
        }
    }
    forgeries
}

#[tokio::test]
async fn what_is_not_one_spelling_of_json_in_utf8_is_refused() {
    let api = start().await;
    assert_refused(&api, &unreadable(&api)).await;
}
