//! `cargo dev`, from outside.

mod control;
mod control_port;
mod events;
mod inbox;
mod kills;
mod persons;
mod push;
mod queue;
mod slack;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use http::header::AUTHORIZATION;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::process::{Process, local};

/// The command, with a folder of its own instead of `.local/`.
fn local_in(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = local();
    command.args(arguments).arg("--folder").arg(&folder.0);
    command
}

/// A folder that is gone with the test.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let unique = format!("notification-preferences-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// Prints what the command prints on standard output, and nothing else.
fn print(folder: &Folder, arguments: &[&str]) -> String {
    let output = local_in(folder, arguments).output().expect("a process");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stderr, b"");
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}

async fn send(method: Method, url: &str, token: &str, body: &Value) -> (u16, Value) {
    read(exchange(method, url, token, body).await).await
}

async fn exchange(method: Method, url: &str, token: &str, body: &Value) -> Response<Incoming> {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder()
        .method(method)
        .uri(url)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(body.into());
    client.request(request.expect("a request")).await.expect("an answer")
}

/// The status and the body.
async fn read(answer: Response<Incoming>) -> (u16, Value) {
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&body).expect("JSON"))
}

/// Starts it, and gives the URL that it says it is ready on.
fn start(folder: &Folder, arguments: &[&str]) -> (Process, String) {
    let process = Process::start(&mut local_in(folder, &[&["--port", "0"], arguments].concat()));
    let ready = process.wait_for("is ready on");
    let url = ready.split_whitespace().last().expect("a URL").to_owned();
    (process, url)
}

#[tokio::test]
async fn a_person_mutes_an_event_over_http_and_sees_it_muted_after_a_restart() {
    let folder = &Folder::new("restart");
    let token = print(folder, &["token", "--sub", "7", "--org-unit", "acme"]);

    let (process, url) = start(folder, &[]);
    let path = format!("{url}/me/notification-prefs");
    let mute = json!({ "prefs": [{ "event_type": "surge.fired", "muted": true }] });
    let done = (200, json!({ "status": "ok" }));
    assert_eq!(send(Method::PUT, &path, &token, &mute).await, done);
    assert!(process.stop_with("-INT").success());

    let (process, url) = start(folder, &[]);
    let path = format!("{url}/me/notification-prefs");
    let (status, answer) = send(Method::GET, &path, &token, &Value::Null).await;
    assert_eq!((status, &answer["prefs"][3]["muted"]), (200, &json!(true)));
    let stranger = print(folder, &["token", "--sub", "7", "--org-unit", "globex"]);
    let (_, answer) = send(Method::GET, &path, &stranger, &Value::Null).await;
    assert_eq!(answer["prefs"][3]["muted"], false);
    assert!(process.stop_with("-TERM").success());
}

#[tokio::test]
async fn a_token_says_what_was_asked_and_claims_have_the_last_word() {
    let folder = &Folder::new("token");
    let (_process, url) = start(folder, &["--in-memory"]);
    assert!(!folder.0.join("env.json").exists(), "no container could reach this engine");
    let path = format!("{url}/me/notification-prefs");
    let status = async |arguments: &[&str]| {
        let token = print(folder, &[&["token", "--sub", "7"], arguments].concat());
        send(Method::GET, &path, &token, &Value::Null).await.0
    };
    assert_eq!(status(&["--org-unit", "acme", "--role", "admin"]).await, 200);
    assert_eq!(status(&["--org-unit", "acme", "--permission", "messaging:read"]).await, 200);
    assert_eq!(status(&[]).await, 400);
    assert_eq!(status(&["--org-unit", "acme", "--expires-in", "-60"]).await, 401);
    assert_eq!(status(&["--claims", r#"{"org_unit":"acme"}"#]).await, 200);
    assert_eq!(status(&["--org-unit", "acme", "--claims", r#"{"sub":"no/id"}"#]).await, 401);
}

#[test]
fn the_printed_jwks_is_the_public_key_alone() {
    let jwks = print(&Folder::new("jwks"), &["jwks"]);
    let jwks: Value = serde_json::from_str(&jwks).expect("JSON");
    let key = jwks["keys"][0].as_object().expect("a key");
    assert_eq!(key.keys().collect::<Vec<_>>(), ["alg", "e", "kid", "kty", "n"]);
}

#[test]
fn a_port_that_is_taken_is_named_with_the_way_out() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let folder = Folder::new("port");
    let output = local_in(&folder, &["--in-memory", "--port", &port]).output();
    let output = output.expect("a process");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said, format!("error: port {port} is taken; choose another one with --port\n"));
}

#[test]
fn data_that_is_in_use_is_not_opened_twice() {
    let folder = &Folder::new("twice");
    let (_process, _) = start(folder, &[]);
    let second = local_in(folder, &["--port", "0"]).output().expect("a process");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("is in use by another `cargo dev`"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    for arguments in [["--data", "/dev/null/data"], ["--folder", "/dev/null/folder"]] {
        let output = local().args(["--port", "0"]).args(arguments).output().expect("a process");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = format!("error: {} cannot be written: ", arguments[1]);
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[tokio::test]
async fn another_dynamodb_is_used_and_one_that_is_none_is_named() {
    let (engine, folder) = (&Folder::new("engine"), &Folder::new("guest"));
    let (process, _) = start(engine, &["--in-memory", "--dynamodb-listen", "localhost:0"]);
    let listening = process.wait_for("DynamoDB is on");
    let endpoint = listening.split([' ', ',']).find(|word| word.starts_with("http"));
    let endpoint = endpoint.expect("a URL").to_owned();
    let (_guest, url) = start(folder, &["--dynamodb-endpoint", &endpoint]);
    let token = print(folder, &["token", "--sub", "-7", "--org-unit", "acme"]);
    let path = format!("{url}/me/notification-prefs");
    let off = json!({ "notifications_enabled": false });
    assert_eq!(send(Method::PUT, &path, &token, &off).await.0, 200);
    let environment = std::fs::read_to_string(folder.0.join("env.json")).expect("a file");
    assert!(environment.contains("host.docker.internal"), "{environment}");

    let nobody = local_in(folder, &["--port", "0", "--dynamodb-endpoint", "http://127.0.0.1:9"]);
    let output = { nobody }.output().expect("a process");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("error: the DynamoDB at http://127.0.0.1:9 is of no use"), "{said}");
    for no_url in ["", "localhost:8000", "https://127.0.0.1"] {
        let output = local_in(folder, &["--dynamodb-endpoint", no_url]).output();
        assert_eq!(output.expect("a process").status.code(), Some(2), "{no_url}");
    }
}

#[test]
fn a_client_that_stalls_does_not_keep_it_from_stopping() {
    let folder = &Folder::new("stall");
    let (process, url) = start(folder, &["--in-memory"]);
    let address = url.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let half = "PUT /me/notification-prefs HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(half.as_bytes()).expect("half a request");
    // Now it is under way, and not still to be accepted.
    let mut told_to_go_on = [0; 12];
    stream.read_exact(&mut told_to_go_on).expect("an answer");
    assert_eq!(&told_to_go_on, b"HTTP/1.1 100");
    process.send("-INT");
    process.wait_for("Ctrl-C again");
    process.send("-INT");
    process.wait_for("stopped at once");
}

#[test]
fn log_lines_are_for_people_or_for_machines() {
    let folder = &Folder::new("log");
    let request = |url: &str| {
        let address = url.trim_start_matches("http://").to_owned();
        let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
        let request = format!("GET /me/notification-prefs HTTP/1.1\r\nhost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 401");
    };
    let (process, url) = start(folder, &["--in-memory"]);
    request(&url);
    let line = process.wait_for("401");
    assert!(line.starts_with("401 GET /me/notification-prefs "), "{line}");
    assert!(line.ends_with(" ms, 0 store calls, no_credential"), "{line}");

    let (process, url) = start(folder, &["--in-memory", "--log-format", "json"]);
    request(&url);
    let line: Value = serde_json::from_str(&process.wait_for("http.status")).expect("JSON");
    assert_eq!(line["http.status"], 401);
}
