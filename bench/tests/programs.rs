//! The command, from outside.

use std::process::Command;

#[test]
fn programs_that_are_missing_are_named_before_anything_is_measured() {
    let nowhere = env!("CARGO_TARGET_TMPDIR");
    let asked = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["instructions", "--functions", nowhere])
        .output()
        .unwrap();
    assert!(!asked.status.success());
    assert_eq!(asked.stdout, b"");
    let told = String::from_utf8(asked.stderr).unwrap();
    assert!(told.contains("holds no bootstrap of get-notification-prefs"), "{told}");
}
