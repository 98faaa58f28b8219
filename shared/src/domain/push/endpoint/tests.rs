//! Which texts are endpoints, and which hosts are let through: every trick to get one past that is known.

use proptest::prelude::*;

use super::*;

fn endpoint(text: &str) -> PushEndpoint {
    text.parse().unwrap()
}

fn defaults() -> AllowedHosts {
    DEFAULT_ALLOWED_HOSTS.parse().unwrap()
}

#[test]
fn endpoints_of_the_four_push_services_are_let_through() {
    for url in [
        "https://fcm.googleapis.com/fcm/send/dGVzdA:APA91bE-x_y",
        "https://fcm.googleapis.com/wp/abc?x=1&y=%20",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB_-x",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2fq%3d",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://fcm.googleapis.com/",
    ] {
        let endpoint = endpoint(url);
        assert!(defaults().admit(&endpoint), "{url}");
        assert_eq!(endpoint.as_str(), url);
        assert_eq!(format!("{}{}", endpoint.origin(), endpoint.path_and_query()), url);
        assert_eq!(format!("https://{}", endpoint.host()), endpoint.origin());
    }
}

#[test]
fn the_port_of_https_may_be_spelled_out_and_is_one_endpoint_with_the_other() {
    let spelled_out = endpoint("https://fcm.googleapis.com:443/fcm/send/a");
    assert_eq!(spelled_out, endpoint("https://fcm.googleapis.com/fcm/send/a"));
    assert_eq!(spelled_out.origin(), "https://fcm.googleapis.com");
    assert_eq!(spelled_out.path_and_query(), "/fcm/send/a");
}

#[test]
fn what_another_reader_might_take_for_another_host_is_no_endpoint() {
    let long = format!("https://fcm.googleapis.com/{}", "a".repeat(2_048 - 26));
    let long_label = format!("https://{}.example/", "a".repeat(64));
    let long_host = format!("https://{}example/", "a.".repeat(124));
    for url in [
        "",
        "fcm.googleapis.com/a",
        "//fcm.googleapis.com/a",
        "http://fcm.googleapis.com/a",
        "ftp://fcm.googleapis.com/a",
        "file:///etc/passwd",
        "https:fcm.googleapis.com/a",
        "https:/fcm.googleapis.com/a",
        "https:///fcm.googleapis.com/a",
        "https:\\\\fcm.googleapis.com/a",
        "HTTPS://fcm.googleapis.com/a",
        "https://FCM.googleapis.com/a",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com?/a",
        "https://fcm.googleapis.com?@evil.example/",
        "https://fcm.googleapis.com#@evil.example/",
        "https://fcm.googleapis.com/a#b",
        "https://fcm.googleapis.com@evil.example/",
        "https://evil.example@fcm.googleapis.com/",
        "https://user:secret@fcm.googleapis.com/",
        "https://:@fcm.googleapis.com/",
        "https://fcm.googleapis.com:443@evil.example/",
        "https://fcm.googleapis.com:444/",
        "https://fcm.googleapis.com:80/",
        "https://fcm.googleapis.com:/",
        "https://fcm.googleapis.com:0443/",
        "https://fcm.googleapis.com:443:443/",
        "https://fcm.googleapis.com:65979/",
        "https://fcm.googleapis.com\\@evil.example/",
        "https://evil.example\\.fcm.googleapis.com/",
        "https://fcm.googleapis.com/\\evil",
        "https://fcm.googleapis.com./a",
        "https://.fcm.googleapis.com/a",
        "https://fcm..googleapis.com/a",
        "https://-fcm.googleapis.com/a",
        "https://fcm-.googleapis.com/a",
        "https://fcm_x.googleapis.com/a",
        "https://fcm%2egoogleapis.com/a",
        "https://fcm.googleapis.com%00.evil.example/",
        "https://fcm.googleapis.com%2f@evil.example/",
        "https://fcm\u{3002}googleapis.com/a",
        "https://fcm\u{ff0e}googleapis\u{ff61}com/a",
        "https://fcm.googleapi\u{17f}.com/a",
        "https://fcm.goog\u{142}eapis.com/a",
        "https://fcm.googleapis.com\t/a",
        "https://fcm.google\tapis.com/a",
        "https://fcm.googleapis.com\r\nHost: evil.example/a",
        "https://fcm.googleapis.com/a\r\nX: y",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\0",
        "https://fcm.googleapis.com/a\u{7f}",
        "https://fcm.googleapis.com/%zz",
        "https://fcm.googleapis.com/%2",
        "https://fcm.googleapis.com/ä",
        " https://fcm.googleapis.com/a",
        "https://fcm.googleapis.com/a\n",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.0.0.1:443/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.0x1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://::1/",
        "https:///",
        "https://",
        &long,
        &long_label,
        &long_host,
    ] {
        assert_eq!(url.parse::<PushEndpoint>(), Err(InvalidPushEndpoint), "{url}");
    }
    // One character less is an endpoint.
    assert!(long[..2_048].parse::<PushEndpoint>().is_ok());
}

#[test]
fn names_that_look_like_one_of_a_push_service_are_not_let_through() {
    for url in [
        "https://evil.example/",
        "https://fcm.googleapis.com.evil.example/",
        "https://evil-fcm.googleapis.com/",
        "https://a.fcm.googleapis.com/",
        "https://googleapis.com/",
        "https://storage.googleapis.com/",
        "https://xn--fcm-5cd.googleapis.com/",
        "https://notify.windows.com/",
        "https://evilnotify.windows.com/",
        "https://a.notify.windows.com.evil.example/",
        "https://push.apple.com/",
        "https://api.push.apple.co/",
        "https://evilpush.apple.com/",
        "https://localhost.localdomain/",
        "https://metadata.google.internal/",
        "https://instance-data.ec2.internal/",
    ] {
        assert!(!defaults().admit(&endpoint(url)), "{url}");
    }
}

#[test]
fn a_deployment_may_allow_other_hosts_and_then_allows_no_others() {
    let allowed: AllowedHosts = " push.example.org ,, *.push.example.net".parse().unwrap();
    for (url, is_allowed) in [
        ("https://push.example.org/", true),
        ("https://a.b.push.example.net/", true),
        ("https://a.push.example.org/", false),
        ("https://push.example.net/", false),
        ("https://apush.example.net/", false),
        ("https://fcm.googleapis.com/", false),
    ] {
        assert_eq!(allowed.admit(&endpoint(url)), is_allowed, "{url}");
    }
}

#[test]
fn a_list_of_hosts_that_could_let_anyone_through_is_refused() {
    for text in ["", " ", " , ,"] {
        assert_eq!(text.parse::<AllowedHosts>(), Err(InvalidAllowedHosts::Empty), "{text}");
    }
    for entry in [
        "*",
        "*.",
        "*.com",
        "com",
        "localhost",
        "**.example.com",
        "*example.com",
        "push.*.example.com",
        "*.*.example.com",
        "127.0.0.1",
        "*.0.0.1",
        "[::1]",
        "Push.example.com",
        "push.example.com.",
        ".push.example.com",
        "https://push.example.com",
        "push.example.com:443",
        "push.example.com/",
        "push.example.com push.example.org",
        "püsh.example.com",
    ] {
        for text in [entry.to_owned(), format!("push.example.com,{entry}")] {
            assert_eq!(text.parse::<AllowedHosts>(), Err(InvalidAllowedHosts::Entry), "{text}");
        }
    }
}

#[test]
fn an_endpoint_is_stored_as_its_text_and_debugged_without() {
    let url = "https://fcm.googleapis.com/fcm/send/hush";
    let stored = serde_json::to_value(endpoint(url)).unwrap();
    assert_eq!(stored, url);
    assert_eq!(serde_json::from_value::<PushEndpoint>(stored).unwrap(), endpoint(url));
    assert_eq!(format!("{:?}", endpoint(url)), "PushEndpoint(…)");
}

#[test]
fn a_list_of_hosts_is_said_as_it_is_read() {
    let hosts: AllowedHosts = DEFAULT_ALLOWED_HOSTS.parse().unwrap();
    assert_eq!(hosts.to_string(), DEFAULT_ALLOWED_HOSTS);
    assert!(!AllowedHosts::default().admit(&endpoint("https://fcm.googleapis.com/fcm/send/a")));
}

proptest! {
    /// Whatever is taken for an endpoint is the same to another reader of URLs.
    #[test]
    fn another_reader_finds_the_same_host_and_port(
        before in "[a-z0-9@:.\\[\\]/\\\\?#%-]{0,12}",
        after in "(:443)?[a-zA-Z0-9@:.\\[\\]/\\\\?#%&=~-]{0,40}",
    ) {
        let text = format!("https://{before}fcm.googleapis.com{after}");
        if let Ok(endpoint) = text.parse::<PushEndpoint>() {
            let uri: http::Uri = endpoint.as_str().parse().unwrap();
            prop_assert_eq!(uri.scheme_str(), Some("https"));
            prop_assert_eq!(uri.host(), Some(endpoint.host()));
            prop_assert_eq!(uri.port(), None);
            prop_assert_eq!(uri.path_and_query().unwrap().as_str(), endpoint.path_and_query());
            prop_assert_eq!(endpoint.as_str().parse::<PushEndpoint>(), Ok(endpoint));
        }
    }

    #[test]
    fn no_text_makes_reading_an_endpoint_panic(text in ".*", path in "/.*") {
        prop_assert!(text.parse::<PushEndpoint>().is_err());
        let url = format!("https://fcm.googleapis.com{path}");
        prop_assert_eq!(url.parse::<PushEndpoint>().is_ok(), is_uri_text(&path) && !path.contains('#'));
    }
}
