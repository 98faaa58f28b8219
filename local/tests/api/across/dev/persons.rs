//! What operators do for a person, of `cargo dev`.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Folder, print, send, start};

#[tokio::test]
async fn a_person_is_exported_as_one_document_and_erased() {
    let folder = &Folder::new("persons");
    let token = print(folder, &["token", "--sub", "7", "--org-unit", "acme"]);
    let (process, url) = start(folder, &["--in-memory"]);
    let path = format!("{url}/me/notification-prefs");
    let off = json!({ "notifications_enabled": false });
    assert_eq!(send(Method::PUT, &path, &token, &off).await.0, 200);
    let asked = |function: &str| -> Value {
        let printed = print(folder, &[function, "--org-unit", "acme", "--user", "7"]);
        serde_json::from_str(&printed).expect("JSON")
    };
    let (_, shown) = send(Method::GET, &path, &token, &Value::Null).await;
    assert_eq!(asked("export-person")["preferences"]["notification_prefs"], shown);
    let erased = asked("erase-person");
    assert_eq!((&erased["done"], &erased["found"]), (&json!(false), &json!(1)));
    assert_eq!(asked("export-person")["preferences"], Value::Null);
    assert!(process.stop_with("-INT").success());
}
