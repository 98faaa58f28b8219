//! Faults.

use super::*;

#[tokio::test]
async fn a_call_meets_its_fault_and_is_noted_all_the_same() {
    let scene = Scene::with(Workspace::of(users(1))).await;
    scene.slack.set(Plan::first([
        SlackFault::Fail,
        SlackFault::TooMany { retry_after: 7 },
        SlackFault::Answer("fatal_error"),
        SlackFault::LoseRequest,
        SlackFault::LoseAnswer,
    ]));
    let post = async |text: &str| {
        let message = json!({ "channel": "U0001", "text": text }).to_string();
        scene.post("chat.postMessage", "application/json", &message).await
    };
    assert_eq!(post("failed").await, Some((500, None, error("internal_error"))));
    let busy = (429, Some("7".to_owned()), error("ratelimited"));
    assert_eq!(post("busy").await, Some(busy));
    assert_eq!(post("refused").await, Some((200, None, error("fatal_error"))));
    assert_eq!(post("lost").await, None);
    assert_eq!(post("done").await, None);
    assert_eq!(post("passed").await.unwrap().0, 200);
    let texts = |bodies: Vec<Value>| -> Vec<String> {
        bodies.iter().map(|body| body["text"].as_str().unwrap().to_owned()).collect()
    };
    let posted = scene.slack.messages().into_iter().map(|message| message.body).collect();
    assert_eq!(texts(posted), ["done", "passed"]);
    let calls = scene.slack.calls();
    assert!(calls.iter().all(|call| call.method == "chat.postMessage"));
    assert!(calls.iter().all(|call| call.token.as_deref() == Some(TOKEN)));
    let asked = calls.into_iter().map(|call| Value::Object(call.arguments)).collect();
    assert_eq!(texts(asked), ["failed", "busy", "refused", "lost", "done", "passed"]);
    scene.slack.set(Plan::default());
    assert_eq!(scene.slack.calls(), []);
}

#[tokio::test]
async fn who_dies_of_a_call_had_it_done() {
    let scene = Scene::with(Workspace::of(users(1))).await;
    scene.slack.set(Plan::always(SlackFault::Die));
    let message = json!({ "channel": "U0001", "text": "Hello" });
    tokio::select! {
        () = scene.slack.death() => {}
        answer = scene.message(&message) => panic!("{answer}"),
    }
    assert_eq!(scene.slack.messages().len(), 1);
}

#[tokio::test]
async fn time_passes_with_a_call_if_a_test_says_so() {
    let scene = Scene::with(Workspace::default()).await;
    let clock = Arc::clone(&scene.clock);
    scene.slack.watch(move |call| {
        assert_eq!(call.method, "users.list");
        clock.advance_ms(3_000);
    });
    for seconds in [3, 6] {
        assert_eq!(scene.get("users.list").await.2["cache_ts"], 1_773_410_400 + seconds);
    }
}
