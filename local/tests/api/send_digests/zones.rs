//! Days end where people live, also where clocks change, and for who moves while something waits.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Line, sent, tick_and_send, waiting};
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::mail::{deliveries, message_to, set_row, tell, written_to};

/// The directory says by now that person 7 lives there.
async fn live_in(api: &Api, zone: &str) {
    let mut known = upserted(&format!("lives-in-{zone}"), "m-7", "7", true);
    known["time"] = json!(api.timestamp());
    known["data"]["zoneinfo"] = json!(zone);
    tell(api, &known).await;
}

/// Until when email about a message waits by now.
async fn until(api: &Api) -> Value {
    let question = json!({ "event": message_to("question", &["7"]), "recipients": ["7"] });
    let decided = api.admin("acme").post("/v1/decisions", &question).await.json();
    decided["decisions"][0]["channels"]["email"]["until"].clone()
}

async fn line(api: &Api, event: &str) -> Line {
    let lines = deliveries(api, event).await;
    lines.into_iter().next().expect("a line")
}

#[tokio::test]
async fn a_day_ends_where_the_person_lives_on_both_edges_of_summer_and_where_midnight_is_skipped() {
    for (zone, now, before, end) in [
        ("UTC", "2026-03-13T14:00:00Z", "2026-03-13T23:59:59Z", "2026-03-14T00:00:00Z"),
        // The 29th of March has 23 hours there, the 25th of October 25.
        ("Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"),
        ("Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
        // On the 6th of September it is one o'clock there after 23:59.
        (
            "America/Santiago",
            "2026-09-05T12:00:00Z",
            "2026-09-06T03:59:59Z",
            "2026-09-06T04:00:00Z",
        ),
        ("Asia/Kathmandu", "2026-03-13T14:00:00Z", "2026-03-13T18:14:59Z", "2026-03-13T18:15:00Z"),
        ("Nowhere/Atall", "2026-03-13T14:00:00Z", "2026-03-13T23:59:59Z", "2026-03-14T00:00:00Z"),
    ] {
        let api = Api::start().await;
        let now: jiff::Timestamp = now.parse().expect("an instant");
        api.clock.advance(now.as_second() - api.clock.seconds());
        live_in(&api, zone).await;
        set_row(&api, "7", Value::Null, true, "daily").await;
        tell(&api, &message_to("e-1", &["7"])).await;
        assert_eq!(until(&api).await, json!(end.replace('Z', ".000000Z")), "{zone}");
        assert_eq!(tick_and_send(&api, before).await.messages, 0, "{zone}");
        assert_eq!(line(&api, "/chat:e-1").await, waiting("7"), "{zone}");
        assert_eq!(tick_and_send(&api, end).await.messages, 1, "{zone}");
        assert_eq!(line(&api, "/chat:e-1").await, sent("7"), "{zone}");
    }
}

#[tokio::test]
async fn what_waits_stays_where_it_is_when_its_person_moves_and_both_digests_leave_once() {
    let api = Api::start().await;
    live_in(&api, "Europe/Berlin").await;
    set_row(&api, "7", Value::Null, true, "daily").await;
    tell(&api, &message_to("e-1", &["7"])).await;
    assert_eq!(until(&api).await, json!("2026-03-13T23:00:00.000000Z"));
    api.clock.advance(60);
    live_in(&api, "Asia/Tokyo").await;
    tell(&api, &message_to("e-2", &["7"])).await;
    assert_eq!(until(&api).await, json!("2026-03-13T15:00:00.000000Z"));
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(line(&api, "/chat:e-1").await, waiting("7"));
    assert_eq!(line(&api, "/chat:e-2").await, sent("7"));
    tick_and_send(&api, "2026-03-13T23:00:00Z").await;
    assert_eq!(line(&api, "/chat:e-1").await, sent("7"));
    assert_eq!(written_to(&api).len(), 2);
}
