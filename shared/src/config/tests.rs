//! What the environment may and may not say.

use super::*;
use crate::domain::push::DEFAULT_ALLOWED_HOSTS;

const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

const NO_NAMESPACE: &str =
    "must be 1 to 255 letters, digits and `.-_/#:`, and not begin with `AWS/` or a colon";

fn read(changes: &[(&'static str, &str)]) -> Result<Config, String> {
    let lookup = |name: &str| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        let default = match name {
            "AUTH_ISSUER" => Some("https://issuer.example"),
            "AUTH_AUDIENCE" => Some("notifications"),
            "AUTH_JWKS" => Some(JWKS),
            "TABLE_NAME" => Some("table"),
            "AWS_REGION" => Some("eu-west-1"),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("test"),
            _ => None,
        };
        change.map(|(_, value)| *value).or(default).map(str::to_owned)
    };
    Config::from_lookup(lookup).map_err(|error| error.to_string())
}

#[test]
fn a_missing_or_senseless_variable_is_named() {
    for (name, value, problem) in [
        ("AUTH_ISSUER", "", "is not set"),
        ("AUTH_AUDIENCE", " , ", "names no audience"),
        ("AUTH_JWKS", "", "or AUTH_JWKS_URL must be set"),
        ("AUTH_JWKS", "{}", "has no array `keys`"),
        ("AUTH_JWKS_MAX_AGE_SECONDS", "59", "must be a number from 60 to 86400"),
        ("TABLE_NAME", "", "is not set"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000", "must be an http or https URL"),
        ("AWS_ENDPOINT_URL", "not a URL", "must be an http or https URL"),
        ("MESSAGING_CATEGORIES", ",", "names no category"),
        ("INBOX_RETENTION_DAYS", "0", "must be a number from 1 to 3650"),
        ("METRICS_NAMESPACE", "AWS/Lambda", NO_NAMESPACE),
        ("METRICS_NAMESPACE", ":mine", NO_NAMESPACE),
        ("METRICS_NAMESPACE", "a \" b", NO_NAMESPACE),
    ] {
        let error = format!("the environment variable {name} {problem}");
        assert_eq!(read(&[(name, value)]).unwrap_err(), error);
    }
}

#[test]
fn a_jwks_url_must_be_https_or_on_this_machine() {
    for good in ["https://issuer.example/jwks", "http://127.0.0.1:9/jwks"] {
        assert!(read(&[("AUTH_JWKS_URL", good)]).unwrap().auth.jwks_url.is_some());
    }
    for bad in [
        "http://issuer.example/jwks",
        "ftp://issuer.example",
        "/jwks",
        "http://127.0.0.1.evil.example",
    ] {
        assert!(read(&[("AUTH_JWKS_URL", bad)]).is_err(), "{bad}");
    }
}

#[test]
fn how_emails_are_sent_is_asked_only_of_who_sends_some() {
    let email = |changes: &[(&'static str, &str)]| {
        read(changes).unwrap().email.map_err(|error| error.to_string())
    };
    let sent = email(&[("EMAIL_FROM", "Acme <mail@acme.example>")]).unwrap();
    assert_eq!(sent.from.name(), Some("Acme"));
    assert_eq!((sent.configuration_set, sent.endpoint), (None, None));
    for (value, problem) in [("", "is not set"), ("Acme", "must be an email address in ASCII")] {
        let error = email(&[("EMAIL_FROM", value)]).unwrap_err();
        assert!(error.starts_with(&format!("the environment variable EMAIL_FROM {problem}")));
    }
}

#[test]
fn several_audiences_are_separated_by_commas() {
    let config = read(&[("AUTH_AUDIENCE", "web, mobile")]).unwrap();
    assert_eq!(config.auth.policy.audiences, ["web", "mobile"]);
}

#[test]
fn the_more_specific_endpoint_variable_wins() {
    let endpoints = [
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:2"),
    ];
    let endpoint = |variables: &[(&'static str, &str)]| read(variables).unwrap().store.endpoint;
    assert_eq!(endpoint(&endpoints).as_deref(), Some("http://127.0.0.1:1"));
    assert_eq!(endpoint(&endpoints[1..]).as_deref(), Some("http://127.0.0.1:2"));
    assert_eq!(endpoint(&[]), None);
}

#[test]
fn debug_output_holds_no_credentials() {
    let config = read(&[("AWS_SECRET_ACCESS_KEY", "hush")]).unwrap();
    assert!(!format!("{config:?}").contains("hush"));
}

#[test]
fn the_public_url_must_be_https_or_on_this_machine_and_loses_its_last_slash() {
    let unsubscribe = |url| {
        let variables = [("UNSUBSCRIBE_KEYS_SECRET", "keys"), ("PUBLIC_URL", url)];
        read(&variables).unwrap().unsubscribe.map_err(|error| error.to_string())
    };
    for (given, kept) in [
        ("https://notify.example.com", "https://notify.example.com"),
        ("https://notify.example.com/", "https://notify.example.com"),
        ("https://example.com/notifications//", "https://example.com/notifications"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ] {
        let public_url = unsubscribe(given).unwrap().public_url;
        assert_eq!(public_url.as_ref().map(PublicUrl::as_str), Some(kept), "{given}");
    }
    for bad in ["http://example.com", "example.com", "/", "https://a.example/?a=b", "https://a#b"] {
        let refused = "the environment variable PUBLIC_URL must be an https URL \
                       (http only on the loopback interface)";
        assert_eq!(unsubscribe(bad).unwrap_err(), refused, "{bad}");
    }
    // Who makes no links needs none.
    assert_eq!(unsubscribe("").unwrap().public_url, None);
}

#[test]
fn a_function_that_names_no_links_needs_no_keys_for_them() {
    let config = read(&[]).unwrap();
    let missing = "the environment variable UNSUBSCRIBE_KEYS_SECRET is not set";
    assert_eq!(config.unsubscribe.unwrap_err().to_string(), missing);
}

#[test]
fn web_push_is_off_without_a_secret_and_its_hosts_are_those_of_the_browsers_unless_named() {
    let push = |changes: &[(&'static str, &str)]| {
        read(changes).unwrap().push.map_err(|error| error.to_string())
    };
    let unset = push(&[]).unwrap();
    assert_eq!((unset.keys_secret, unset.endpoint), (None, None));
    assert_eq!(unset.allowed_hosts, DEFAULT_ALLOWED_HOSTS.parse().unwrap());
    let set = push(&[("PUSH_KEYS_SECRET", "keys"), ("PUSH_ALLOWED_HOSTS", "*.push.example")]);
    let set = set.unwrap();
    assert_eq!(set.keys_secret.as_deref(), Some("keys"));
    assert_eq!(set.allowed_hosts.to_string(), "*.push.example");
    assert_eq!(set.contact, None);
    let named = push(&[("PUSH_CONTACT", "https://acme.example/push")]).unwrap().contact;
    assert_eq!(named.unwrap().as_str(), "https://acme.example/push");
    let refused = push(&[("PUSH_CONTACT", "push@acme.example")]).unwrap_err();
    assert!(refused.starts_with("the environment variable PUSH_CONTACT "));
    for bad in ["*", "com", "https://push.example", ","] {
        let refused = push(&[("PUSH_ALLOWED_HOSTS", bad)]).unwrap_err();
        assert!(refused.starts_with("the environment variable PUSH_ALLOWED_HOSTS "), "{bad}");
    }
}
