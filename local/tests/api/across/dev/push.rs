//! Web Push of `cargo dev`: keys of its own, and new ones for a deployment.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::push::VapidKeys;

use super::{Folder, print, send, start};
use crate::support::push::{PATH, id_of, subscription};

#[tokio::test]
async fn a_browser_subscribes_and_the_key_outlives_the_process() {
    let folder = &Folder::new("push");
    let token = print(folder, &["token", "--sub", "7", "--org-unit", "acme"]);
    let (process, url) = start(folder, &["--in-memory"]);
    let path = format!("{url}{PATH}");
    let (status, answer) = send(Method::GET, &path, &token, &Value::Null).await;
    assert_eq!((status, &answer["data"]), (200, &json!([])));
    let added = send(Method::POST, &path, &token, &subscription("phone")).await;
    assert_eq!(added, (201, json!({ "id": id_of("phone") })));
    assert!(process.stop_with("-INT").success());

    let (process, url) = start(folder, &["--in-memory"]);
    let (_, again) = send(Method::GET, &format!("{url}{PATH}"), &token, &Value::Null).await;
    assert_eq!(again["application_server_key"], answer["application_server_key"]);
    assert!(process.stop_with("-INT").success());
}

#[test]
fn new_keys_are_printed_as_the_secret_of_a_deployment_holds_them() {
    let folder = &Folder::new("push-keys");
    let printed = [(); 2].map(|()| print(folder, &["push-keys"]));
    assert_ne!(printed[0], printed[1]);
    assert!(printed.iter().all(|keys| VapidKeys::parse(keys).is_ok()));
}
