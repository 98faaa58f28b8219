//! Pages: answers for a person's browser.

use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::{HeaderName, HeaderValue, StatusCode};

use super::Outbound;

const HTML: &str = "text/html; charset=utf-8";

/// No script, no picture, nothing from elsewhere; the one style that pages have, by its digest; and a
/// form that leads back here, within nobody else's frame.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-I3nUEje9R82xJTYVTKVMz7829Wrqj7g6UNi2KfwfEfc='; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

impl Outbound {
    /// A page that loads nothing, is shown in no frame, tells nobody where it was, and is kept and
    /// found by nobody: its address may be a secret.
    #[must_use]
    pub(crate) fn page(status: StatusCode, html: String) -> Self {
        let mut page = Self::new(status, HTML, html);
        for (name, value) in [
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
            (X_ROBOTS_TAG, "noindex"),
        ] {
            page.headers.insert(name, HeaderValue::from_static(value));
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use ring::digest::{SHA256, digest};

    use super::*;

    #[test]
    fn the_policy_lets_the_style_of_pages_through() {
        let template = include_str!("../../../templates/page.html");
        let (_, style) = template.split_once("<style>").unwrap();
        let (style, _) = style.split_once("</style>").unwrap();
        let digest = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        assert!(POLICY.contains(&format!("style-src 'sha256-{digest}';")), "{digest}");
    }
}
