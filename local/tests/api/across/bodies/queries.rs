//! Queries that no browser makes.

use serde_json::json;

use super::target::{Target, prepared};

/// The functions that read parameters, and which.
const PARAMETERS: [(&str, &[&str]); 2] = [
    ("list-notifications", &["limit", "cursor", "unread"]),
    ("list-deliveries", &["event", "cursor"]),
];

/// Values of a parameter, as they are written in a URL.
fn values() -> Vec<String> {
    let texts = [
        "",
        "%",
        "%4",
        "%zz",
        "%%",
        "%00",
        "%0d%0aSet-Cookie:a",
        "%ff",
        "%c0%80",
        "%ed%a0%80",
        "%u0041",
        "%EF%BB%BF",
        "%E2%80%AE",
        "+",
        "%2B1",
        "-1",
        "-0",
        "0",
        "101",
        "1e2",
        "1.0",
        "01",
        "%D9%A1",
        "18446744073709551616",
        "1,2",
        "true,false",
        "null",
        "[]",
        "%7B%7D",
        "'--",
        "AQAAAAAAABAF%3D",
        ":",
        ":%00",
        "%2F:",
        "a:%F0%9F%A6%80",
        "..%2F..",
        "/tracker:e-41:e-42",
        "=",
        "a=b",
    ];
    let long = ["a", "%41", "%ff", ":", "9", ",", "%25"].map(|piece| piece.repeat(2048));
    texts.map(str::to_owned).into_iter().chain(long).collect()
}

fn whole() -> Vec<String> {
    let few =
        ["?", "&", "=&=", "=", "%", "limit", "?limit=1", "limit[]=1", "limit=1&limit=2", "a;b"];
    let many = [
        "limit=1&".repeat(300),
        "cursor=a&".repeat(300),
        "event=a:b&".repeat(300),
        "unread=true&".repeat(300),
        (0..500).map(|number| format!("p{number}={number}&")).collect(),
        "&".repeat(2048),
        "%6cimit=0".to_owned(),
        format!("{}=1", "a".repeat(2048)),
    ];
    few.map(str::to_owned).into_iter().chain(many).collect()
}

#[tokio::test]
async fn no_query_is_answered_but_as_documented_on_any_route() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in target.functions() {
        for query in whole() {
            let good = target.good(function).await;
            target.send_to(function, &format!("?{query}"), None, good).await;
        }
    }
}

#[tokio::test]
async fn no_value_of_a_parameter_is_answered_but_as_documented() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, names) in PARAMETERS {
        for name in names {
            for value in values() {
                let queries = [
                    format!("?{name}={value}"),
                    format!("?event=/tracker:e-41&{name}={value}&{name}"),
                ];
                for query in queries {
                    target.send_to(function, &query, None, "").await;
                }
            }
        }
    }
}

#[tokio::test]
async fn what_the_gateway_decodes_of_a_query_may_be_anything() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, names) in PARAMETERS {
        for name in names {
            for value in ["\0", "\u{feff}", "\u{fffd}", "\n", "a\u{202e}:b", "\u{661}", ",", ",,"] {
                let parameters = json!({ "event": "/tracker:e-41", *name: value });
                target.hand(function, json!({ "queryStringParameters": parameters })).await;
            }
        }
    }
}
