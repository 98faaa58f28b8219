//! What the bytes of a built function give away, whatever machine it is for.
//!
//! Nothing is disassembled. Names of symbols, of crates in panic locations and type names, and of
//! the versions of libc that are asked for, all stand in an ELF file as plain text.

use std::fmt;

/// The newest glibc of the `provided.al2023` runtime.
const NEWEST_GLIBC: Glibc = Glibc { major: 2, minor: 34 };

/// AWS clients that only those functions may link whose budget declares them: a client that is
/// linked is loaded on a cold start. DynamoDB's is everyone's.
const CLIENTS: [&str; 3] = ["aws_sdk_sqs", "aws_sdk_sesv2", "aws_sdk_secretsmanager"];

/// The collector of CPU jitter in aws-lc: 420 million instructions in the first TLS handshake.
const JITTER: &str = "jent_";

/// What is left of aws-lc in a stripped binary, where `jent_` would be gone: the file names of its
/// errors.
const AWS_LC: &str = "/aws-lc/crypto/";

/// HTTP/2, by the file names of its panic locations: nobody here speaks it, and it is a tenth of a
/// program. It comes in with a feature of hyper's, also where another member of the workspace that is
/// built along asks for that.
const HTTP_2: &str = "/h2-0.";

/// What `.symtab` is called in the table of section names; `strip` removes both.
const SYMBOLS: &[u8] = b"\0.symtab\0";

/// A version of glibc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glibc {
    major: u32,
    minor: u32,
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The newest version of glibc that any imported symbol asks for: the `GLIBC_2.34` of the version
/// table.
pub(crate) fn glibc(bytes: &[u8]) -> Option<Glibc> {
    let start = b"GLIBC_";
    let versions = bytes.windows(start.len()).enumerate().filter(|(_, window)| window == start);
    versions.filter_map(|(at, _)| version(bytes.get(at + start.len()..)?)).max()
}

fn version(bytes: &[u8]) -> Option<Glibc> {
    let text = bytes.iter().take(8).take_while(|byte| byte.is_ascii_digit() || **byte == b'.');
    let text: String = text.map(|byte| char::from(*byte)).collect();
    let mut parts = text.split('.');
    let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Glibc { major, minor })
}

/// Why `bytes` would not start on Lambda, if so.
pub(crate) fn too_new(glibc: Option<Glibc>) -> Option<String> {
    let found = glibc.filter(|found| *found > NEWEST_GLIBC)?;
    Some(format!(
        "it asks for GLIBC_{found}, al2023 has {NEWEST_GLIBC}: build with `cargo lambda` and zig, \
         or judge a local build with --host-glibc"
    ))
}

/// What `bytes` links although it should not, given the clients that its budget declares.
pub(crate) fn forbidden(bytes: &[u8], declared: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    if holds(bytes, JITTER.as_bytes()) {
        found.push(format!(
            "it has symbols `{JITTER}…`: set AWS_LC_SYS_NO_JITTER_ENTROPY=1, or use `ring`"
        ));
    } else if !holds(bytes, SYMBOLS) && holds(bytes, AWS_LC.as_bytes()) {
        found.push(format!(
            "it links aws-lc and is stripped, so that nobody can see whether `{JITTER}…` is in it: \
             build with CARGO_PROFILE_RELEASE_STRIP=none to look"
        ));
    }
    if holds(bytes, HTTP_2.as_bytes()) {
        found.push(
            "it links h2, for HTTP/2 that nobody speaks: build the functions without other members \
             of the workspace, or see who asks for hyper's feature `http2`"
                .to_owned(),
        );
    }
    for client in CLIENTS.into_iter().filter(|client| !declared.iter().any(|name| name == client)) {
        // `aws_sdk_sqs` in symbols and type names, `aws-sdk-sqs-1.2.3` in the file names of panic
        // locations.
        let in_paths = format!("{}-", client.replace('_', "-"));
        if holds(bytes, client.as_bytes()) || holds(bytes, in_paths.as_bytes()) {
            found.push(format!(
                "it links {client}, which its budget does not declare under `clients`"
            ));
        }
    }
    found
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_glibc_counts() {
        let bytes = b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_PRIVATE\0GLIBC_";
        let found = glibc(bytes);
        assert_eq!(found, Some(Glibc { major: 2, minor: 34 }));
        assert_eq!(too_new(found), None);
        assert!(too_new(glibc(b"GLIBC_2.39\0")).unwrap().contains("GLIBC_2.39"));
        assert_eq!(too_new(glibc(b"static")), None);
    }

    #[test]
    fn undeclared_clients_are_found_in_symbols_and_in_panic_locations() {
        for bytes in
            [&b"_ZN11aws_sdk_sqs9operation"[..], b"/registry/src/aws-sdk-sqs-1.86.0/src/client.rs"]
        {
            assert_eq!(forbidden(bytes, &[]).len(), 1);
            assert_eq!(forbidden(bytes, &["aws_sdk_sqs".to_owned()]), Vec::<String>::new());
        }
        assert_eq!(forbidden(b"aws_sdk_dynamodb aws-sdk-dynamodb-1", &[]), Vec::<String>::new());
    }

    #[test]
    fn http_2_is_found_in_panic_locations() {
        assert!(forbidden(b"/registry/src/h2-0.4.20/src/hpack/decoder.rs", &[])[0].contains("h2"));
        assert_eq!(forbidden(b"/registry/src/http-1.4.0/src/uri.rs h2", &[]), Vec::<String>::new());
    }

    #[test]
    fn jitter_entropy_is_found_or_said_to_be_hidden() {
        assert!(forbidden(b"aws_lc_0_30_0_jent_entropy_init", &[])[0].contains("`jent_…`"));
        let stripped = b"/aws-lc/crypto/dsa/dsa.c";
        assert!(forbidden(stripped, &[])[0].contains("is stripped"));
        let unstripped = [&stripped[..], SYMBOLS].concat();
        assert_eq!(forbidden(&unstripped, &[]), Vec::<String>::new());
    }
}
