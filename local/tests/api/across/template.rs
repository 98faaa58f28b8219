//! `template.yaml`, as far as the functions and the data depend on it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use local::template::Template;
use local::yaml;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::config::Config;
use shared::erasures::ErasureKeys;
use shared::unsubscribe::UnsubscribeKeys;

use crate::support::recorded;

fn template() -> Value {
    yaml::parse(include_str!("../../../../template.yaml")).expect("YAML")
}

fn of_type<'a>(
    template: &'a Value,
    kind: &'a str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let resources = template["Resources"].as_object().expect("resources").iter();
    resources.filter(move |(_, resource)| resource["Type"] == kind)
}

#[test]
fn the_table_is_kept_backed_up_and_encrypted_whatever_happens_to_the_stack() {
    let template = template();
    let tables: Vec<_> = of_type(&template, "AWS::DynamoDB::Table").collect();
    assert_eq!(tables.len(), 1);
    let (_, table) = tables[0];
    assert_eq!(table["DeletionPolicy"], "Retain");
    assert_eq!(table["UpdateReplacePolicy"], "Retain");
    let properties = &table["Properties"];
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    let recovery = &properties["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
    assert_eq!(properties["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    let expiry = json!({ "AttributeName": "expires_at", "Enabled": true });
    assert_eq!(properties["TimeToLiveSpecification"], expiry);
}

#[test]
fn the_table_has_every_key_and_index_from_the_start() {
    let template = template();
    let (_, table) = of_type(&template, "AWS::DynamoDB::Table").next().expect("a table");
    let properties = &table["Properties"];
    let keys = |schema: &Value| {
        let keys = schema.as_array().expect("a key schema").iter();
        keys.map(|key| key["AttributeName"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    let index = |name: &str| {
        let index = &properties[name][0];
        assert_eq!(properties[name].as_array().expect("indexes").len(), 1);
        assert_eq!(index["Projection"]["ProjectionType"], "KEYS_ONLY");
        (index["IndexName"].as_str().expect("a name").to_owned(), keys(&index["KeySchema"]))
    };
    assert_eq!(keys(&properties["KeySchema"]), ["pk", "sk"]);
    let unread = ("unread".to_owned(), vec!["pk".to_owned(), "unread_id".to_owned()]);
    assert_eq!(index("LocalSecondaryIndexes"), unread);
    let gsi1 = ("gsi1".to_owned(), vec!["gsi1pk".to_owned(), "gsi1sk".to_owned()]);
    assert_eq!(index("GlobalSecondaryIndexes"), gsi1);
}

#[test]
fn the_keys_of_links_are_made_with_the_stack_and_outlive_it() {
    let template = template();
    let secrets: Vec<_> = of_type(&template, "AWS::SecretsManager::Secret").collect();
    let names: Vec<_> = secrets.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ["ErasureKeysSecret", "UnsubscribeKeysSecret"]);
    let made: Vec<String> = secrets.iter().map(|(_, secret)| made(secret)).collect();
    assert!(ErasureKeys::parse(&made[0]).is_ok(), "{}", made[0]);
    assert!(UnsubscribeKeys::parse(&made[1]).is_ok(), "{}", made[1]);
}

/// What Secrets Manager makes of a secret that stays when the stack goes.
fn made(secret: &Value) -> String {
    assert_eq!(
        (&secret["DeletionPolicy"], &secret["UpdateReplacePolicy"]),
        (&json!("Retain"), &json!("Retain"))
    );
    let generated = &secret["Properties"]["GenerateSecretString"];
    let length = generated["PasswordLength"].as_u64().expect("a length");
    let mut made: Value =
        serde_json::from_str(generated["SecretStringTemplate"].as_str().expect("text"))
            .expect("JSON");
    let key = generated["GenerateStringKey"].as_str().expect("a name");
    made[key] = json!("k".repeat(length.try_into().expect("a length")));
    made.to_string()
}

#[test]
fn the_gateways_log_says_the_route_and_never_the_path() {
    let template = template();
    let (_, api) = of_type(&template, "AWS::Serverless::HttpApi").next().expect("an API");
    let format = api["Properties"]["AccessLogSettings"]["Format"].as_str().expect("a format");
    let said: Value = serde_json::from_str(format).expect("JSON");
    let variables: BTreeSet<&str> =
        said.as_object().expect("an object").values().filter_map(Value::as_str).collect();
    let expected = [
        "$context.integrationLatency",
        "$context.integrationStatus",
        "$context.requestId",
        "$context.requestTime",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.routeKey",
        "$context.status",
    ];
    assert_eq!(variables, BTreeSet::from(expected));
}

#[test]
fn every_function_has_a_log_that_forgets() {
    let template = template();
    let logs: BTreeSet<&String> = of_type(&template, "AWS::Logs::LogGroup")
        .inspect(|(name, log)| {
            let retention = json!({ "Ref": "LogRetentionDays" });
            assert_eq!(log["Properties"]["RetentionInDays"], retention, "{name}");
        })
        .map(|(name, _)| name)
        .collect();
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let log = function.pointer("/Properties/LoggingConfig/LogGroup/Ref");
        let log = log.and_then(Value::as_str).map(str::to_owned);
        assert!(log.is_some_and(|log| logs.contains(&log)), "{name}");
    }
}

#[test]
fn every_variable_that_is_read_is_declared_in_the_template() {
    let read = RefCell::new(BTreeSet::new());
    let configured = Config::from_lookup(|name| {
        read.borrow_mut().insert(name.to_owned());
        match name {
            "AUTH_JWKS" => Some(recorded("jwks")),
            "AUTH_ISSUER" | "AUTH_AUDIENCE" | "TABLE_NAME" | "AWS_REGION" => Some("x".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
            "EMAIL_FROM" => Some("mail@acme.example".to_owned()),
            "DISPATCH_QUEUE_URL" | "DISPATCH_DEAD_LETTER_QUEUE_URL" => Some("x".to_owned()),
            "DELIVERY_QUEUE_URL" | "DELIVERY_DEAD_LETTER_QUEUE_URL" => Some("x".to_owned()),
            "DIGEST_QUEUE_URL" | "DIGEST_DEAD_LETTER_QUEUE_URL" => Some("x".to_owned()),
            "FEEDBACK_QUEUE_URL" | "FEEDBACK_DEAD_LETTER_QUEUE_URL" => Some("x".to_owned()),
            _ => None,
        }
    });
    configured.expect("a configuration");
    // Lambda sets these, or a layer or a developer does.
    let given = [
        "AWS_ACCESS_KEY_ID",
        "AWS_CA_BUNDLE",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    let mut declared: BTreeSet<String> = given.map(str::to_owned).into_iter().collect();
    let template = Template::load().expect("the template");
    declared.extend(template.environment.into_keys());
    for function in template.functions {
        declared.extend(function.environment.into_keys());
    }
    assert_eq!(read.into_inner(), declared);
}

#[test]
fn a_function_has_the_variables_of_what_its_main_names_and_no_others() {
    for function in Template::load().expect("the template").functions {
        let name = &function.name;
        let main = format!("{}/../functions/{name}/src/main.rs", env!("CARGO_MANIFEST_DIR"));
        let main = std::fs::read_to_string(main).expect("a main");
        let mut expected = BTreeSet::new();
        for queue in ["dispatch", "delivery", "digest", "feedback"] {
            if main.contains(&format!(".with_{queue}_queue()")) {
                let queue = queue.to_uppercase();
                expected.insert("AWS_ENDPOINT_URL_SQS".to_owned());
                expected.insert(format!("{queue}_QUEUE_URL"));
                expected.insert(format!("{queue}_DEAD_LETTER_QUEUE_URL"));
            }
        }
        let secrets = "AWS_ENDPOINT_URL_SECRETS_MANAGER";
        for (said, variables) in [
            (".with_email()", ["AWS_ENDPOINT_URL_SESV2", "EMAIL_FROM", "SES_CONFIGURATION_SET"]),
            (".with_slack()", [secrets, "SLACK_API_URL", "SLACK_TOKEN_SECRET_PREFIX"]),
            (".with_unsubscribe()", [secrets, "PUBLIC_URL", "UNSUBSCRIBE_KEYS_SECRET"]),
        ] {
            if main.contains(said) {
                expected.extend(variables.map(str::to_owned));
            }
        }
        if main.contains(".with_erasures()") {
            expected.extend([secrets, "ERASURE_KEYS_SECRET"].map(str::to_owned));
        }
        if main.contains(".with_push_keys()") {
            let of_push =
                ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "PUSH_ALLOWED_HOSTS", "PUSH_KEYS_SECRET"];
            expected.extend(of_push.map(str::to_owned));
        }
        if main.contains(".with_push()") {
            let of_push = [secrets, "PUSH_ALLOWED_HOSTS", "PUSH_CONTACT", "PUSH_KEYS_SECRET"];
            expected.extend(of_push.map(str::to_owned));
        }
        let has: BTreeSet<String> = function.environment.into_keys().collect();
        assert_eq!(has, expected, "{name}");
    }
}

#[test]
fn what_ses_says_of_our_emails_goes_into_the_feedback_queue_and_nothing_else_does() {
    let template = template();
    let properties = |name: &str| &template["Resources"][name]["Properties"];
    let arn = |name: &str| json!({ "Fn::GetAtt": format!("{name}.Arn") });
    let ours = json!({ "Ref": "EmailConfigurationSet" });
    assert_eq!(properties("EmailFeedback")["ConfigurationSetName"], ours);
    let destination = &properties("EmailFeedback")["EventDestination"];
    assert_eq!(destination["MatchingEventTypes"], json!(["BOUNCE", "COMPLAINT"]));
    let pattern = &properties("FeedbackRule")["EventPattern"];
    assert_eq!(pattern["source"], json!(["aws.ses"]));
    let tags = &pattern["detail"]["mail"]["tags"];
    assert_eq!(tags["ses:configuration-set"], json!([ours]));
    let target = &properties("FeedbackRule")["Targets"][0];
    assert_eq!(target["Arn"], arn("FeedbackQueue"));
    assert_eq!(target["DeadLetterConfig"]["Arn"], arn("FeedbackDeadLetterQueue"));
    let statements = &properties("FeedbackQueuePolicy")["PolicyDocument"]["Statement"];
    let [statement] = &statements.as_array().expect("statements")[..] else {
        panic!("one statement: {statements}")
    };
    let expected = json!({
        "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sqs:SendMessage",
        "Resource": [arn("FeedbackQueue"), arn("FeedbackDeadLetterQueue")],
        "Condition": { "ArnEquals": { "aws:SourceArn": arn("FeedbackRule") } },
    });
    assert_eq!(*statement, expected);
}
