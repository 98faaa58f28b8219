//! Where local emails go: files, a mail sink, and the memory of a test behind faults.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use local::faults::Plan;
use local::outbox::{EmailFault, FileOutbox, SmtpSender};
use pretty_assertions::assert_eq;
use shared::deliver::email::{Email, EmailError, EmailSender as _};
use shared::domain::id::UserId;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::dev::Folder;
use crate::support::{Api, ManualClock, job};

fn email(number: u32) -> Email {
    Email {
        org_unit: job("acme", "e-1").org_unit().clone(),
        user: UserId::parse("bob").expect("an id"),
        to: "bob@example.com".parse().expect("an address"),
        message: format!("Subject: {number}\r\n\r\n.\r\nHello.\r\n").into_bytes(),
    }
}

fn later(code: &str, retry_after: Option<u32>) -> Result<(), EmailError> {
    Err(EmailError::Later { code: code.to_owned(), retry_after })
}

#[tokio::test]
async fn an_email_that_fails_was_sent_or_not_as_its_fault_says() {
    let refused = || Err(EmailError::Refused { code: "Injected".to_owned() });
    let unanswered = || Err(EmailError::Unanswered { how: "injected" });
    for (fault, answer, sent) in [
        (EmailFault::Fail, later("Injected", None), false),
        (EmailFault::TooMany, later("Injected", Some(30)), false),
        (EmailFault::Refuse, refused(), false),
        (EmailFault::TimeoutBeforeSending, unanswered(), false),
        (EmailFault::TimeoutAfterSending, unanswered(), true),
    ] {
        let api = Api::start().await;
        api.email_faults.set(Plan::fail_call(2, fault));
        let port = api.app.email();
        assert_eq!(port.send(email(1)).await, Ok(()));
        assert_eq!(port.send(email(2)).await, answer);
        let expected = if sent { vec![email(1), email(2)] } else { vec![email(1)] };
        assert!(api.outbox.emails() == expected, "{fault:?}");
        assert!(api.email_faults.calls() == [email(1), email(2)], "{fault:?}");
        assert!(api.outbox.take() == expected && api.outbox.emails().is_empty());
    }
}

#[tokio::test]
async fn who_dies_of_an_email_has_sent_it_and_never_hears() {
    let api = Api::start().await;
    api.email_faults.set(Plan::always(EmailFault::Die));
    tokio::select! {
        _ = api.app.email().send(email(1)) => panic!("it came back"),
        () = api.email_faults.death() => {}
    }
    assert!(api.outbox.emails() == [email(1)]);
}

#[tokio::test]
async fn each_email_is_a_file_for_its_owner_alone_as_it_would_go_over_the_wire() {
    let folder = Folder::new("outbox");
    let from = "mail@acme.example".parse().expect("a mailbox");
    let clock = Arc::new(ManualClock::at("2026-03-13T14:00:00Z"));
    let outbox = FileOutbox::open(folder.path(), from, clock).expect("an outbox");
    for number in [1, 2] {
        assert_eq!(outbox.send(email(number)).await, Ok(()));
    }
    let files = std::fs::read_dir(folder.path().join("outbox")).expect("a folder");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.file_name().expect("a name")).collect();
    assert_eq!(names, ["1773410400000-1.eml", "1773410400000-2.eml"]);
    for (file, number) in files.iter().zip(1..) {
        assert_eq!(std::fs::read(file).expect("a message"), email(number).message);
        let mode = std::fs::metadata(file).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// A mail server that answers each command in turn with these, and then goes. What it was told it
/// gives back, line by line.
async fn sink(
    answers: &'static [&'static str],
) -> (SocketAddr, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let told = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let (mut told, mut is_data) = (Vec::new(), false);
        for answer in answers {
            write.write_all(format!("{answer}\r\n").as_bytes()).await.expect("heard");
            while let Ok(Some(line)) = lines.next_line().await {
                told.push(line);
                if !is_data || told.last().is_some_and(|line| line == ".") {
                    break;
                }
            }
            is_data = told.last().is_some_and(|line| line == "DATA");
        }
        told
    });
    (address, told)
}

async fn sent_to(answers: &'static [&'static str]) -> Result<(), EmailError> {
    let (address, _told) = sink(answers).await;
    SmtpSender::new(address, "Acme <mail@acme.example>".parse().expect("a mailbox"))
        .send(email(1))
        .await
}

#[tokio::test]
async fn a_mail_sink_is_told_whom_it_is_from_whom_it_is_for_and_every_line() {
    let answers = &["220 hi", "250 sink", "250 ok", "250 ok", "354 go", "250 taken", "221 bye"];
    let (address, told) = sink(answers).await;
    let from = "Acme <mail@acme.example>".parse().expect("a mailbox");
    assert_eq!(SmtpSender::new(address, from).send(email(1)).await, Ok(()));
    let told = told.await.expect("lines");
    let expected = [
        "MAIL FROM:<mail@acme.example>",
        "RCPT TO:<bob@example.com>",
        "DATA",
        "Subject: 1",
        "",
        "..",
        "Hello.",
        ".",
        "QUIT",
    ];
    assert_eq!(told[1..], expected);
}

#[tokio::test]
async fn what_a_mail_server_answers_says_whether_it_may_be_sent_again() {
    let refused = Err(EmailError::Refused { code: "550".to_owned() });
    assert_eq!(sent_to(&["220 hi", "250 sink", "250 ok", "550 nobody"]).await, refused);
    assert_eq!(sent_to(&["220 hi", "250 sink", "451 busy"]).await, later("451", None));
    assert_eq!(sent_to(&["554 go away"]).await, later("unreachable", None));
    let gone = Err(EmailError::Unanswered { how: "connection" });
    assert_eq!(sent_to(&["220 hi", "250 sink", "250 ok", "250 ok", "354 go"]).await, gone);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let sender = SmtpSender::new(address, "mail@acme.example".parse().expect("a mailbox"));
    assert_eq!(sender.send(email(1)).await, later("unreachable", None));
}
