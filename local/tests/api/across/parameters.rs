//! What CloudFormation lets pass as a parameter of `template.yaml` starts a function.

use jsonschema::Validator;
use local::yaml;
use serde_json::{Value, json};
use shared::config::Config;

use crate::support::recorded;

/// The parameters that a function reads as something else than text: what each is called there, what passes, and what
/// does not.
const PARAMETERS: [(&str, &str, &[&str], &[&str]); 8] = [
    (
        "AuthJwksUrl",
        "AUTH_JWKS_URL",
        &["https://id.example/jwks.json?v=1", "https://id.example:8443"],
        &["http://id.example", "https://", "https://id.example/a b", "https://id.example/\""],
    ),
    (
        "PublicUrl",
        "PUBLIC_URL",
        &["", "https://n.acme.example", "https://n.acme.example/notify/"],
        &[
            "https://n.acme.example/?a=b",
            "https://n.acme.example#a",
            "n.acme.example",
            "https:///a",
        ],
    ),
    (
        "SlackApiUrl",
        "SLACK_API_URL",
        &["https://slack.com/api", "http://127.0.0.1:3001/api", "http://localhost:3001"],
        &["http://slack.com/api", "https://slack.com/api?a=b", "ftp://slack.com", "https://<"],
    ),
    (
        "EmailFrom",
        "EMAIL_FROM",
        &["mail@acme.example", "Acme <mail@acme.example>", "\"Größe, Inc.\" <a+b@acme.example>"],
        &[
            "mail",
            "Acme <mail>",
            "a b@acme.example",
            "mail@größe.example",
            "a@b@c",
            "A\n<a@b.c>",
            "a:b@c",
        ],
    ),
    (
        "MessagingCategories",
        "MESSAGING_CATEGORIES",
        &["a", "chat.message , order.updated"],
        &[
            "",
            "a,",
            "a..b",
            "A",
            "a_234567890_234567890_234567890_234567890_234567890_234567890_2345",
        ],
    ),
    (
        "PushAllowedHosts",
        "PUSH_ALLOWED_HOSTS",
        &["push.example", "*.push.example, fcm.googleapis.com"],
        &[
            "*",
            "com",
            "-a.example",
            "a-.example",
            "push.example.",
            "1.2.3.4",
            "https://push.example",
            "a.b,",
        ],
    ),
    (
        "PushContact",
        "PUSH_CONTACT",
        &["", "mailto:push@acme.example", "https://acme.example/push?about=1"],
        &[
            "push@acme.example",
            "mailto:a:b@acme.example",
            "mailto:ä@acme.example",
            "https:///a",
            "https://ä.example",
        ],
    ),
    (
        "SesEndpoint",
        "AWS_ENDPOINT_URL_SESV2",
        &["", "http://172.17.0.1:8806", "https://ses.example"],
        &["ses.example", "ftp://ses.example", "http://", "http://ses.example/a b"],
    ),
];

#[test]
fn a_parameter_that_cloudformation_lets_pass_starts_every_function() {
    let template = yaml::parse(include_str!("../../../../template.yaml")).expect("YAML");
    for (parameter, variable, good, bad) in PARAMETERS {
        let declared = &template["Parameters"][parameter];
        let pattern: Validator = jsonschema::validator_for(&json!({
            "pattern": declared["AllowedPattern"].as_str().expect("a pattern"),
        }))
        .expect("a pattern");
        let lets_pass = |text: &str| pattern.is_valid(&json!(text));
        let default = declared["Default"].as_str();
        for text in good.iter().copied().chain(default) {
            assert!(lets_pass(text), "{parameter} refuses {text:?}");
            let started = start(variable, text);
            assert_eq!(started, Ok(()), "{parameter} lets {text:?} pass");
        }
        for text in bad {
            assert!(!lets_pass(text), "{parameter} lets {text:?} pass");
        }
    }
}

#[test]
fn the_endpoints_of_all_services_are_asked_the_same() {
    let template = yaml::parse(include_str!("../../../../template.yaml")).expect("YAML");
    let pattern = |name: &str| &template["Parameters"][name]["AllowedPattern"];
    for name in ["DynamoDbEndpoint", "SqsEndpoint", "SecretsManagerEndpoint"] {
        assert_ne!(*pattern(name), Value::Null);
        assert_eq!(pattern(name), pattern("SesEndpoint"), "{name}");
    }
}

/// Reads the environment of a function that uses everything, with that variable.
fn start(variable: &str, value: &str) -> Result<(), String> {
    let read = Config::from_lookup(|name| {
        if name == variable {
            return Some(value.to_owned());
        }
        match name {
            "AUTH_JWKS" => Some(recorded("jwks")),
            "EMAIL_FROM" => Some("mail@acme.example".to_owned()),
            name if name.ends_with("_URL") || name.starts_with("AWS_ENDPOINT") => {
                Some("https://acme.example".to_owned())
            }
            "AUTH_ISSUER" | "AUTH_AUDIENCE" | "TABLE_NAME" | "AWS_REGION" => Some("x".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
            "UNSUBSCRIBE_KEYS_SECRET" | "SLACK_TOKEN_SECRET_PREFIX" => Some("x".to_owned()),
            _ => None,
        }
    });
    let config = read.map_err(|error| error.to_string())?;
    let parts = [
        config.email.map(drop),
        config.slack.map(drop),
        config.push.map(drop),
        config.unsubscribe.map(drop),
        config.delivery_queue.map(drop),
    ];
    parts.into_iter().collect::<Result<_, _>>().map_err(|error| error.to_string())
}
