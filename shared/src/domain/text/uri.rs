//! What a URI is spelled with.

/// Whether the text holds only what a URI or a reference to one may (RFC 3986, section 2): ASCII
/// letters and digits, its punctuation, and `%` before two hexadecimal digits.
pub(in crate::domain) fn is_uri_text(text: &str) -> bool {
    const PUNCTUATION: &[u8] = b"-._~:/?#[]@!$&'()*+,;=";
    let is_escape = |after: &str| {
        let digits = after.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || PUNCTUATION.contains(&byte);
    let mut pieces = text.split('%');
    let first = pieces.next().unwrap_or_default();
    first.bytes().all(plain) && pieces.all(|piece| is_escape(piece) && piece.bytes().all(plain))
}
