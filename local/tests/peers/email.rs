//! Emails: sent to moto's SES and to aiosmtpd, and read by Python's own parser.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::{BehaviorVersion, Config, Credentials, Region};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use local::outbox::SmtpSender;
use serde_json::{Value, json};
use shared::aws::Connector;
use shared::boot::Job as _;
use shared::config::{AwsConfig, EmailConfig};
use shared::deliver::SesSender;
use shared::deliver::email::{Email, EmailError, EmailSender};
use shared::domain::decision::Concern;
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::text::Mailbox;
use shared::events::DispatchJob;
use shared::mail::{self, Draft};
use shared::store::EventDigest;

use crate::peer;

const FROM: &str = "Größe & Söhne <mail@acme.example>";
const LINK: &str = "https://api.example/unsubscribe/v1.a-token_of.some-length";
const TITLE: &str = "Größer, schöner 😀 =?utf-8?Q?x?= und länger als eine Zeile einer Nachricht";
const COMMENT: &str = "<script>alert(1)</script>\n.\n\nÜber \"alles\" & mehr =3D\t🎉\n";

/// A comment that mentions Bob, as it is told to him.
fn email(from: &Mailbox, id: &str) -> Email {
    let event: Event = serde_json::from_value(json!({
        "specversion": "1.0",
        "id": id,
        "source": "/tracker",
        "type": "issue.commented",
        "time": "2026-03-13T14:00:00Z",
        "data": {
            "project": {"id": "1", "name": "Kendo"},
            "issue": {"id": "42", "key": "KD-0042", "title": TITLE},
            "actor": "4",
            "comment": {"id": "5", "text": COMMENT},
            "mentions": ["bob"],
        },
    }))
    .expect("an event");
    let to = "bob@example.com".parse().expect("an address");
    let draft = Draft {
        event: &event,
        concern: Concern::Mention,
        actor: None,
        from,
        to: &to,
        unsubscribe: Some(LINK),
        reason: "activity.notify_mentions",
        message_id: &format!("{id}@acme.example"),
        sent_at: "2026-03-13T14:00:01Z".parse().expect("an instant"),
    };
    let message = mail::compose(&draft).expect("a message");
    let digest = EventDigest::of("/tracker", id);
    let job = json!({
        "version": 1, "org_unit": "acme", "event": digest.as_str(), "attempts": 0,
    });
    let job = DispatchJob::read(&job.to_string()).expect("a job");
    let user = UserId::parse("bob").expect("an id");
    Email { org_unit: job.org_unit().clone(), user, to, message }
}

/// What Python makes of a message, and that it finds nothing wrong with it.
fn read_by_python(message: &[u8]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/parse-mail.py");
    let python = Command::new(peer("PEER_PYTHON"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = python.expect("Python");
    python.stdin.take().expect("its input").write_all(message).expect("heard");
    let output = python.wait_with_output().expect("an answer");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Holds a message that came to a peer against what was meant.
fn check(message: &[u8], id: &str, added: &[&str]) {
    let read = read_by_python(message);
    assert_eq!(read["defects"], json!([]));
    let subject = format!("Someone mentioned you in \"{TITLE}\"");
    let headers = read["headers"].as_array().expect("headers").iter();
    // A server on the way puts its own in front, or at the end.
    let ours = headers.filter(|header| !added.contains(&header[0].as_str().expect("a name")));
    let expected = [
        ("From", FROM),
        ("To", "bob@example.com"),
        ("Subject", &subject),
        ("Date", "Fri, 13 Mar 2026 14:00:01 +0000"),
        ("Message-ID", &format!("<{id}@acme.example>")),
        ("Auto-Submitted", "auto-generated"),
        ("X-Notification-Reason", "activity.notify_mentions"),
        ("List-Unsubscribe", &format!("<{LINK}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/alternative; boundary=\"=_part_1\""),
    ];
    let ours: Vec<(&str, String)> = ours
        .map(|header| {
            let value = header[1]
                .as_str()
                .expect("a value")
                .replace("<bob@example.com>", "bob@example.com");
            (header[0].as_str().expect("a name"), value)
        })
        .collect();
    assert_eq!(ours, expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(read["types"], json!(["multipart/alternative", "text/plain", "text/html"]));
    let text = format!(
        "{subject}\n\n{COMMENT}\n\nKD-0042, Kendo\n\nYou get this because a comment mentions you.\n\
         Unsubscribe: {LINK}"
    );
    assert_eq!(read["text"], text);
    let html = read["html"].as_str().expect("HTML");
    assert!(!html.contains("<script") && html.contains("&#60;script&#62;alert(1)"), "{html}");
    assert!(html.contains(&format!("<a href=\"{LINK}\">")), "{html}");
}

fn from() -> Mailbox {
    FROM.parse().expect("a mailbox")
}

fn aws() -> AwsConfig {
    AwsConfig {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        ca_bundle: None,
        attempt_timeout: Duration::from_secs(10),
    }
}

fn ses(from: Mailbox) -> SesSender {
    let config = EmailConfig {
        from,
        configuration_set: Some("notifications".to_owned()),
        attempt_timeout: Duration::from_secs(10),
        endpoint: Some(peer("PEER_AWS")),
    };
    SesSender::new(&aws(), &config, &Connector::new(&aws()).expect("a connector"))
}

/// The messages that moto took, as they came.
async fn taken_by_moto() -> Vec<Value> {
    let client: legacy::Client<_, Empty<Bytes>> =
        legacy::Client::builder(TokioExecutor::new()).build_http();
    let url = format!("{}/moto-api/data.json", peer("PEER_AWS"));
    let answer = client.get(url.parse().expect("a URL")).await.expect("an answer");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    let data: Value = serde_json::from_slice(&body).expect("JSON");
    data["ses"]["RawMessage"].as_array().expect("messages").clone()
}

#[tokio::test]
async fn ses_takes_an_email_and_it_holds_what_was_meant() {
    let aws = aws();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(peer("PEER_AWS"));
    let theirs = Client::from_conf(config.build());
    theirs.create_email_identity().email_identity("acme.example").send().await.expect("verified");
    assert_eq!(ses(from()).send(email(&from(), "by-ses")).await, Ok(()));
    let messages = taken_by_moto().await;
    let is_ours = |message: &&Value| message["raw_data"].as_str().expect("text").contains("by-ses");
    let ours: Vec<&Value> = messages.iter().filter(is_ours).collect();
    assert_eq!(ours.len(), 1);
    assert_eq!(ours[0]["source"], "mail@acme.example");
    assert_eq!(ours[0]["destinations"][0], "bob@example.com");
    check(ours[0]["raw_data"].as_str().expect("text").as_bytes(), "by-ses", &[]);
}

#[tokio::test]
async fn ses_refuses_whom_it_has_not_verified_and_no_inner_word_comes_out() {
    let stranger: Mailbox = "mail@stranger.example".parse().expect("a mailbox");
    let error = ses(stranger.clone()).send(email(&stranger, "refused")).await.expect_err("refused");
    assert!(!error.to_string().contains("stranger"), "{error}");
    // Whether another attempt may help is told by SES's words, and this one has its own.
    let (EmailError::Refused { code } | EmailError::Later { code, .. }) = error else {
        panic!("{error}")
    };
    assert_eq!(code, "MessageRejected");
}

#[tokio::test]
async fn a_mail_sink_takes_an_email_and_it_holds_what_was_meant() {
    let sink = SmtpSender::new(peer("PEER_SMTP").parse().expect("an address"), from());
    assert_eq!(sink.send(email(&from(), "by-smtp")).await, Ok(()));
    let folder = PathBuf::from(peer("PEER_MAILBOX")).join("new");
    let files =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let files: Vec<PathBuf> = files.collect();
    assert_eq!(files.len(), 1);
    let message = std::fs::read(&files[0]).expect("a message");
    check(&message, "by-smtp", &["X-Peer", "X-MailFrom", "X-RcptTo"]);
}
