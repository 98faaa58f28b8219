//! Slack workspaces in files, as a developer describes them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use local::environment::{SLACK_TOKENS, UNSUBSCRIBE_KEYS};
use local::secrets::LocalSecrets;
use local::slack::{Message, SlackFolder, User, Workspace, Workspaces as _};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::secrets::{SecretError, Secrets as _};

use super::dev::Folder;
use crate::support::ManualClock;

fn open(folder: &Folder) -> Arc<SlackFolder> {
    let clock = Arc::new(ManualClock::at("2026-03-13T14:00:00Z"));
    Arc::new(SlackFolder::open(folder.path(), clock).expect("a folder"))
}

fn describe(folder: &Folder, name: &str, text: &str) {
    let slack = folder.path().join("slack");
    fs::create_dir_all(&slack).expect("a folder");
    fs::write(slack.join(format!("{name}.json")), text).expect("a file");
}

#[test]
fn a_file_describes_a_workspace_and_an_edit_takes_effect_at_once() {
    let folder = Folder::new("slack-described");
    let workspaces = open(&folder);
    let workspace = || workspaces.workspace("xoxb-local-acme").expect("a description");
    assert_eq!(workspace(), None);
    let alice = r#"{"id":"U012AB3CD","email":"alice@acme.example"}"#;
    describe(&folder, "acme", &format!(r#"{{"users":[{alice}]}}"#));
    let alice_alone = Workspace::of([User::new("U012AB3CD", "alice@acme.example")]);
    assert_eq!(workspace(), Some(alice_alone));
    let bot = r#"{"id":"U0B0T","deleted":true,"is_bot":true}"#;
    describe(&folder, "acme", &format!(r#"{{"users":[{bot}],"users_list_per_minute":2}}"#));
    let bot = User { id: "U0B0T".to_owned(), email: None, is_deleted: true, is_bot: true };
    assert_eq!(workspace(), Some(Workspace { users_list_per_minute: 2, ..Workspace::of([bot]) }));
}

#[test]
fn a_file_that_describes_none_is_named_with_what_is_wrong() {
    let folder = Folder::new("slack-wrong");
    let workspaces = open(&folder);
    for (text, why) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{}", "missing field `users` at line 1 column 2"),
        (r#"{"users":[],"user":1}"#, "unknown field `user`, expected"),
        (r#"{"users":[{"id":"U12","mail":"a@b.c"}]}"#, "unknown field `mail`, expected"),
        (r#"{"users":[{"id":"alice"}]}"#, "the id `alice` must be a Slack user id"),
        (r#"{"users":[{"id":"U12"},{"id":"U12"}]}"#, "two users have the id `U12`"),
    ] {
        describe(&folder, "acme", text);
        let problem = workspaces.workspace("xoxb-local-acme").expect_err("a problem").to_string();
        let file = folder.path().join("slack/acme.json");
        let said = format!("{} describes no Slack workspace: {why}", file.display());
        assert!(problem.starts_with(&said), "{problem}");
    }
}

#[tokio::test]
async fn an_org_unit_with_a_file_has_a_token() {
    let folder = Folder::new("slack-token");
    let secrets = LocalSecrets::load_or_create(folder.path(), open(&folder)).expect("secrets");
    let unknown = || Err(SecretError::Rejected { code: "ResourceNotFoundException".to_owned() });
    let secret = async |name: &str| secrets.secret(&format!("{SLACK_TOKENS}{name}")).await;
    assert_eq!(secret("a+3Ab@c_d-1.2").await, unknown());
    describe(&folder, "a+3Ab@c_d-1.2", "");
    assert_eq!(secret("a+3Ab@c_d-1.2").await, Ok("xoxb-local-a+3Ab@c_d-1.2".to_owned()));
    fs::write(folder.path().join("other.json"), "{}").expect("a file");
    for name in ["", "../other", "a/b"] {
        assert_eq!(secret(name).await, unknown(), "{name}");
    }
    assert_eq!(secrets.secret("other").await, unknown());
    assert!(secrets.secret(UNSUBSCRIBE_KEYS).await.is_ok());
    assert!(open(&folder).workspace("xoxb-local-../other").expect("no problem").is_none());
    assert!(open(&folder).workspace("xoxb-acme").expect("no problem").is_none());
}

#[test]
fn each_message_is_a_file_for_its_owner_alone() {
    let folder = Folder::new("slack-outbox");
    let workspaces = open(&folder);
    for number in 1..=2 {
        let message = Message {
            token: "xoxb-local-acme".to_owned(),
            to: "U012AB3CD".to_owned(),
            ts: format!("1773410400.00000{number}"),
            body: json!({ "channel": "U012AB3CD", "text": "Hello" }),
        };
        workspaces.keep(message).expect("kept");
    }
    for number in 1..=2 {
        let file = folder.path().join(format!("outbox/1773410400000-{number}.slack.json"));
        let kept: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
        let expected = json!({
            "workspace": "acme", "to": "U012AB3CD", "ts": format!("1773410400.00000{number}"),
            "message": { "channel": "U012AB3CD", "text": "Hello" },
        });
        assert_eq!(kept, expected);
        let mode = fs::metadata(&file).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
