//! Which endpoints are taken: none that might make this service send to anyone but a push service.

use pretty_assertions::assert_eq;

use crate::support::push::{PATH, subscription_at};
use crate::support::{Api, Setup};

#[tokio::test]
async fn endpoints_of_the_push_services_are_taken() {
    let api = Api::start().await;
    for endpoint in [
        "https://fcm.googleapis.com/fcm/send/fSDR8jQ:APA91bF",
        "https://fcm.googleapis.com:443/fcm/send/other",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
        "https://wns2-by3p.notify.windows.com/w/?token=BQYAAAD%2f",
        "https://web.push.apple.com/QGuQyavXutnMH",
    ] {
        let answer = api.person("acme", "7").post(PATH, &subscription_at(endpoint)).await;
        assert_eq!(answer.status, 201, "{endpoint}: {}", answer.body);
    }
}

/// Endpoints of whoever would have this service call somewhere for them.
const ELSEWHERE: [&str; 40] = [
    "https://evil.example/a",
    "https://fcm.googleapis.com.evil.example/a",
    "https://evil-fcm.googleapis.com/a",
    "https://push.apple.com/a",
    "https://evilpush.apple.com/a",
    "https://notify.windows.com/a",
    "https://storage.googleapis.com/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://127.0.0.1/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://[::1]/a",
    "https://[::ffff:169.254.169.254]/a",
    "https://localhost/a",
    "https://localhost.localdomain/a",
    "https://metadata.google.internal/a",
    "https://user@fcm.googleapis.com/a",
    "https://fcm.googleapis.com@evil.example/a",
    "https://fcm.googleapis.com:443@evil.example/a",
    "https://fcm.googleapis.com:8443/a",
    "https://fcm.googleapis.com:0443/a",
    "https://fcm.googleapis.com:/a",
    "https://fcm.googleapis.com./a",
    "https://FCM.googleapis.com/a",
    "HTTPS://fcm.googleapis.com/a",
    "http://fcm.googleapis.com/a",
    "ftp://fcm.googleapis.com/a",
    "//fcm.googleapis.com/a",
    "fcm.googleapis.com/a",
    "https:fcm.googleapis.com/a",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com?/a",
    "https://fcm.googleapis.com/a#b",
    "https://evil.example\\@fcm.googleapis.com/a",
    "https://evil.example%2f.push.apple.com/a",
    "https://evil.example%00.push.apple.com/a",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/\r\nhost: evil.example",
    "https://\u{ff46}cm.googleapis.com/a",
    "https://evil.example\t.push.apple.com/a",
];

#[tokio::test]
async fn any_other_endpoint_is_refused_with_its_path_and_nothing_is_stored_or_repeated() {
    let api = Api::start().await;
    let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2_022));
    for endpoint in ELSEWHERE.iter().chain([&long.as_str(), &""]) {
        let answer = api.person("acme", "7").post(PATH, &subscription_at(endpoint)).await;
        assert_eq!(answer.status, 400, "{endpoint}");
        let faults = answer.faults();
        let [(path, detail)] = &faults[..] else { panic!("{endpoint}: {faults:?}") };
        assert_eq!(path, "endpoint", "{endpoint}");
        let is_rule = detail.starts_with("must be an https URL on port 443")
            || detail.starts_with("must be of a push service that messages may be sent to: fcm.");
        assert!(is_rule, "{endpoint}: {detail}");
        assert!(!answer.body.contains("evil") && !answer.body.contains("169.254"), "{detail}");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
    assert!(!api.log.lines().join("\n").contains("evil"));
}

#[tokio::test]
async fn a_deployment_names_its_own_push_services_and_then_no_others_are_taken() {
    let environment = vec![("PUSH_ALLOWED_HOSTS", "push.example, *.push.test".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    for (endpoint, expected) in [
        ("https://push.example/a", 201),
        ("https://a.b.push.test/a", 201),
        ("https://push.test/a", 400),
        ("https://a.push.example/a", 400),
        ("https://fcm.googleapis.com/a", 400),
    ] {
        let answer = api.person("acme", "7").post(PATH, &subscription_at(endpoint)).await;
        assert_eq!(answer.status, expected, "{endpoint}");
        if expected == 400 {
            let rule = "must be of a push service that messages may be sent to: \
                        push.example, *.push.test";
            assert_eq!(answer.faults(), [("endpoint".to_owned(), rule.to_owned())]);
        }
    }
}
