//! Cursors: one that is read is written again as the very text that it was, so nobody makes a second text for
//! one place.

use http::header::LINK;
use serde_json::{Value, json};

use super::gateway::{PATH, with_query};
use crate::domain::inbox::{NotificationId, Page, PageLimit, PageRequest, UnreadCount};
use crate::failure::Failure;
use crate::http::surface::deliveries::{DeliveriesQuery, DeliveryList};
use crate::http::surface::notifications::{NotificationsQuery, show_page};
use crate::http::{Json, Outbound, Reply, RequestId};
use crate::store::DeliveriesPage;

/// Takes the bytes as the query of an inbox and of deliveries: up to four values, with line breaks between
/// them, which are the cursor, the limit, the flag and the event. Says whether the cursor is one.
pub fn cursor(data: &[u8]) -> bool {
    let mut number = [0; 8];
    number.iter_mut().zip(data).for_each(|(to, from)| *to = *from);
    let number = u64::from_be_bytes(number);
    let numbered = NotificationId::from_number(number);
    assert_eq!(numbered.is_some(), number < 1 << 53);
    numbered.into_iter().for_each(goes_on_after);

    let Ok(text) = std::str::from_utf8(data) else { return false };
    let mut values = text.splitn(4, '\n');
    let cursor = values.next().unwrap_or_default();
    let parameters: Vec<(&str, &str)> =
        ["limit", "unread", "event"].into_iter().zip(values).collect();
    is_one_of_inboxes(cursor, &parameters) | is_one_of_deliveries(cursor, &parameters)
}

fn is_one_of_inboxes(cursor: &str, others: &[(&str, &str)]) -> bool {
    let after = read_inbox(&[("cursor", cursor)]).map(|wanted| wanted.after);
    if let Some(after) = after {
        let last = after.expect("a cursor says where to go on");
        let wanted = PageRequest { after, limit: PageLimit::default(), only_unread: false };
        let next = next_page(&wanted, last);
        assert_eq!(next, format!("cursor={cursor}&limit=100"), "one place has two texts");
        goes_on_after(last);
    }
    let all = [&[("cursor", cursor)], others].concat();
    if let Some(wanted) = read_inbox(&all) {
        assert_eq!(Some(wanted.after), after, "what else is asked for moves the cursor");
        for (name, value) in others {
            match *name {
                "limit" => assert_eq!(*value, wanted.limit.as_u8().to_string()),
                "unread" => assert_eq!(*value, wanted.only_unread.to_string()),
                _ => {}
            }
        }
        wanted.after.into_iter().for_each(|last| comes_back(&wanted, last));
    }
    after.is_some()
}

/// Every page whose last notification this is leads to the next one.
fn goes_on_after(last: NotificationId) {
    for only_unread in [false, true] {
        comes_back(&PageRequest { after: None, limit: PageLimit::default(), only_unread }, last);
    }
}

/// Whoever follows the link of a page asks for what comes after it, in the same way.
fn comes_back(wanted: &PageRequest, last: NotificationId) {
    let query = next_page(wanted, last);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=&".contains(&byte);
    assert!(query.bytes().all(is_plain), "something in it has to be escaped: {query}");
    let parameters: Vec<(&str, &str)> =
        query.split('&').filter_map(|it| it.split_once('=')).collect();
    let next = PageRequest { after: Some(last), ..*wanted };
    assert_eq!(read_inbox(&parameters), Some(next));
}

/// The query of the link to the next page, as a page says it.
fn next_page(wanted: &PageRequest, last: NotificationId) -> String {
    let page =
        Page { notifications: Vec::new(), goes_on_after: Some(last), unread: UnreadCount::of(0) };
    let shown = show_page(&with_query(&[]), wanted, page).into_outbound();
    let event = shown.expect("a page is shown").into_event(&RequestId::new(ulid::Ulid::nil()));
    let link = event.headers.get(LINK).and_then(|link| link.to_str().ok()).expect("it goes on");
    let query =
        link.strip_prefix(&format!("<{PATH}?")).and_then(|it| it.strip_suffix(">; rel=\"next\""));
    query.expect("the link is to the same path").to_owned()
}

fn read_inbox(parameters: &[(&str, &str)]) -> Option<PageRequest> {
    with_query(parameters).query::<NotificationsQuery>().ok().map(PageRequest::from)
}

fn is_one_of_deliveries(cursor: &str, others: &[(&str, &str)]) -> bool {
    let event = others.iter().find(|(name, _)| *name == "event");
    let (_, event) = event.copied().unwrap_or(("event", "/tracker:e-41"));
    let read = with_query(&[("event", event), ("cursor", cursor)]).query::<DeliveriesQuery>();
    let Ok(query) = read else { return false };
    assert!(event.contains(':'), "what names no event is read");
    let after = query.after().expect("a cursor says where to go on");
    let next = Some(after.clone());
    let list = Json(DeliveryList::from(DeliveriesPage { lines: Vec::new(), next })).into_outbound();
    let list: Value = body(list);
    assert_eq!(list["next_cursor"], json!(cursor), "one place has two texts");
    true
}

fn body(outbound: Result<Outbound, Failure>) -> Value {
    let event = outbound.expect("a page is shown").into_event(&RequestId::new(ulid::Ulid::nil()));
    let Some(aws_lambda_events::encodings::Body::Text(text)) = event.body else {
        panic!("the answer has no body")
    };
    serde_json::from_str(&text).expect("the answer is JSON")
}
