//! Subcommands that ask the running `cargo dev`.

use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;

use super::{Folder, local_in, print, start};

const NOT_RUNNING: &str = "error: cargo dev is not running; start it in another terminal\n";

/// What the command says as it fails.
fn fail(folder: &Folder, arguments: &[&str]) -> String {
    let output = local_in(folder, arguments).output().expect("a process");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn write(folder: &Folder, name: &str, text: &str) -> String {
    let file = folder.0.join(name);
    std::fs::write(&file, text).expect("a file");
    file.to_str().expect("text").to_owned()
}

#[test]
fn a_subcommand_says_that_nobody_is_there_to_ask() {
    let folder = &Folder::new("nobody");
    let event = write(folder, "event.json", r#"{"orgunit":"acme"}"#);
    let asking = [
        vec!["send", &event],
        vec!["api-key", "--org-unit", "acme", "--permission", "events:write"],
        vec!["tick", "--at", "2026-03-13T15:00:00Z"],
    ];
    for arguments in &asking {
        assert_eq!(fail(folder, arguments), NOT_RUNNING);
    }
    // What a process left behind that was killed: nobody listens there, or someone else.
    let (process, url) = start(folder, &["--in-memory"]);
    let left_behind = std::fs::read_to_string(folder.0.join("control.json")).expect("a file");
    process.stop_with("-KILL");
    for arguments in &asking {
        assert_eq!(fail(folder, arguments), NOT_RUNNING, "nobody listens");
    }
    let address = left_behind.split('"').nth(3).expect("an address").to_owned();
    let (_process, other) = start(folder, &["--in-memory"]);
    let other = other.trim_start_matches("http://").to_owned();
    write(folder, "control.json", &left_behind.replace(&address, &other));
    for arguments in &asking {
        assert_eq!(fail(folder, arguments), NOT_RUNNING, "{url} is someone else's now");
    }
}

#[test]
fn the_way_in_is_for_the_user_alone_and_gone_with_the_process() {
    let folder = &Folder::new("way-in");
    let file = folder.0.join("control.json");
    for signal in ["-INT", "-TERM"] {
        let (process, _) = start(folder, &["--in-memory"]);
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(process.stop_with(signal).success());
        assert!(!file.exists(), "{signal}");
    }
    // One that another process has written since is that process's.
    let (first, _) = start(folder, &["--in-memory"]);
    let (_second, _) = start(folder, &["--in-memory"]);
    assert!(first.stop_with("-INT").success());
    assert!(file.exists());
}

#[test]
fn a_file_that_holds_no_events_is_named_and_nothing_is_sent() {
    let folder = &Folder::new("no-events");
    let file = write(folder, "events.json", "[{}]");
    let said = fail(folder, &["send", &file]);
    assert_eq!(said, format!("error: {file}: event 1 names no org unit; give --org-unit\n"));
    let file = write(folder, "seven.json", "7");
    let said = fail(folder, &["send", &file, "--org-unit", "acme"]);
    assert!(said.contains("this is no event, and no array of events"), "{said}");
    let said = fail(folder, &["send", "/dev/null/events.json"]);
    assert!(said.starts_with("error: /dev/null/events.json cannot be read"), "{said}");
}

#[test]
fn a_tick_is_for_an_instant_and_says_how_many_functions_it_invoked() {
    let folder = &Folder::new("tick-at");
    let (_process, _) = start(folder, &["--in-memory", "--hold-schedules"]);
    for arguments in [&["tick", "--at", "2026-03-13T15:00:00Z"][..], &["tick"]] {
        let said = print(folder, arguments);
        let count: Option<usize> = said.strip_suffix(" invoked").and_then(|n| n.parse().ok());
        assert!(count.is_some(), "{said}");
    }
    let output = local_in(folder, &["tick", "--at", "tomorrow"]).output().expect("a process");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("must be an RFC 3339 time"), "{said}");
}
