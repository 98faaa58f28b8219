//! The `Authorization` header (RFC 6750, section 2.1).

use super::{BadCredential, Refusal, api_key};

/// Longest credential that is looked at, in bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// A credential that nobody has checked yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential<'a> {
    /// Claims to be a JSON Web Token.
    Token(&'a str),
    /// Claims to be an API key.
    ApiKey(&'a str),
}

/// Finds the one credential in the header.
///
/// Two `Authorization` headers arrive as one, joined by a comma, which no credential holds.
pub(super) fn parse(header: Option<&[u8]>) -> Result<Credential<'_>, Refusal> {
    let header = header.ok_or(Refusal::NoCredential)?;
    credential(header).ok_or(Refusal::BadCredential(BadCredential::NotABearer))
}

fn credential(header: &[u8]) -> Option<Credential<'_>> {
    let (scheme, credential) = std::str::from_utf8(header.trim_ascii()).ok()?.split_once(' ')?;
    let credential = credential.trim_start_matches(' ');
    let is_one_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if !scheme.eq_ignore_ascii_case("bearer")
        || credential.len() > MAX_LENGTH
        || !credential.bytes().all(is_one_token)
    {
        return None;
    }
    if credential.starts_with(api_key::PREFIX) {
        return Some(Credential::ApiKey(credential));
    }
    Some(Credential::Token(credential))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for header in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c"] {
            assert!(parse(Some(header.as_bytes())) == Ok(Credential::Token("a.b.c")), "{header}");
        }
    }

    #[test]
    fn what_begins_like_an_api_key_claims_to_be_one() {
        assert!(parse(Some(b"Bearer npk_a")) == Ok(Credential::ApiKey("npk_a")));
        assert!(parse(Some(b"Bearer NPK_a")) == Ok(Credential::Token("NPK_a")));
    }

    #[test]
    fn anything_but_one_bearer_credential_is_refused() {
        let long = format!("Bearer {}", "a".repeat(MAX_LENGTH + 1));
        let two = "Bearer a.b.c, Bearer a.b.c";
        let spaced = ["\u{3000}Bearer a.b.c", "Bearer \u{a0}a.b.c", "Bearer a.b.c\u{2028}"];
        for header in
            ["", "Bearer", "Basic a.b.c", "a.b.c", "Bearer npk_a,npk_b", two, &long, "Bearer ä"]
                .into_iter()
                .chain(spaced)
        {
            let refusal = Refusal::BadCredential(BadCredential::NotABearer);
            assert!(parse(Some(header.as_bytes())) == Err(refusal), "{header}");
        }
        assert!(parse(None) == Err(Refusal::NoCredential));
    }
}
