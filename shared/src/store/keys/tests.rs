//! Every key, once, as it is stored.

use jiff::Timestamp;

use super::*;
use crate::domain::delivery::DeliveryChannel;
use crate::domain::id::OrgMemberId;
use crate::domain::inbox::NotificationId;
use crate::store::{Delivery, Digest, RepeatDigest, ToldDigest};

#[test]
fn each_key_has_its_text() {
    let org_unit = &OrgUnitId::parse("acme").unwrap();
    let user = &UserId::parse("auth0|7").unwrap();
    let event = &EventDigest::of("/tracker", "e-41");
    let project = &ProjectId::parse("1").unwrap();
    let team = &TeamId::parse("9").unwrap();
    let member = &OrgMemberId::parse("m-1").unwrap();
    let person = Person::for_test("acme", "auth0|7");
    let api_key = ApiKeyId::parse("0123456789abcdef0123456789abcdef").unwrap();
    let notification = NotificationId::from_number(4101).unwrap();
    let digest = "twwUUBLxXFsKJucHuQ7pxkCj6dFRHvhjDuCRHhsmk0I";
    let issue = &"KD-0042".parse().unwrap();
    let repeat = &RepeatDigest::of("POST", "/reports/watch", "k-1");
    let of_repeat = "IDEMPOTENCY#lkcgeIfIFgI9HHc9YWQ520F1aNHM_BxbsCGKjAJtTk0";
    let of_event = &format!("OU#acme#EVENT#{digest}");
    let accepted_at = Timestamp::from_second(1_773_410_400).unwrap();
    let channel = DeliveryChannel::Email;
    let delivery = &Delivery { org_unit, user, event, accepted_at, channel };
    let due = &due_digest();
    for (key, pk, sk) in [
        (Key::of_person(&person), "OU#acme#USER#auth0|7", "PREFS"),
        (Key::of_user(org_unit, user), "OU#acme#USER#auth0|7", "PREFS"),
        (Key::of_event(org_unit, event), of_event, "EVENT"),
        (Key::of_named(org_unit, event, user), of_event, "NAMED#auth0|7"),
        (Key::of_project(org_unit, project), "OU#acme#PROJECT#1", "PROJECT"),
        (Key::of_project_member(org_unit, project, user), "OU#acme#PROJECT#1", "MEMBER#auth0|7"),
        (Key::of_issue(org_unit, project, issue), "OU#acme#PROJECT#1", "ISSUE#KD-42"),
        (
            Key::of_issue_id(org_unit, project, &IssueId::parse("42").unwrap()),
            "OU#acme#PROJECT#1",
            "ISSUE-ID#42",
        ),
        (Key::of_report_watch(org_unit, project, user), "OU#acme#PROJECT#1", "WATCHER#auth0|7"),
        (Key::of_report_watch_count(org_unit, project), "OU#acme#PROJECT#1", "WATCHERS"),
        (
            Key::of_issue_watch(org_unit, project, issue, user),
            "OU#acme#ISSUE#1#KD-42",
            "WATCHER#auth0|7",
        ),
        (Key::of_repeat(&person, repeat), "OU#acme#USER#auth0|7", of_repeat),
        (Key::of_team(org_unit, team), "OU#acme#TEAM#9", "TEAM"),
        (Key::of_team_member(org_unit, team, user), "OU#acme#TEAM#9", "MEMBER#auth0|7"),
        (Key::of_member(org_unit, member), "OU#acme#MEMBERS#04", "MEMBER#m-1"),
        (
            Key::of_notification(org_unit, user, notification),
            "OU#acme#USER#auth0|7",
            "INBOX#0000000000004101",
        ),
        (Key::of_no_notification(&person), "OU#acme#USER#auth0|7", "INBOX#NONE"),
        (
            Key::of_delivery(delivery),
            "OU#acme#USER#auth0|7",
            &format!("DELIVERY#{digest}#1773410400000000#email"),
        ),
        (Key::of_digest(due), "OU#acme#USER#auth0|7", "DIGEST#hourly#2026-03-13T15:00:00Z"),
        (
            Key::of_digest_item(due, event),
            "OU#acme#USER#auth0|7",
            &format!("DIGEST#hourly#2026-03-13T15:00:00Z#{digest}"),
        ),
        (Key::of_member_count(org_unit, 3), "OU#acme#MEMBERS#03", "COUNT"),
        (Key::of_slack_sync(org_unit), "OU#acme#SLACK", "SYNC"),
        (Key::of_api_key(api_key), "KEY#0123456789abcdef0123456789abcdef", "KEY"),
    ] {
        assert_eq!((key.pk.as_str(), key.sk.as_str()), (pk, sk));
    }
    let of_person = "OU#acme#USER#auth0|7";
    for (key, sk) in [
        (IndexKey::of_event(org_unit, user, event), format!("EVENT#{digest}")),
        (IndexKey::of_project(org_unit, user, project), "PROJECT#1".to_owned()),
        (IndexKey::of_team(org_unit, user, team), "TEAM#9".to_owned()),
        (IndexKey::of_member(org_unit, user, member), "MEMBER#m-1".to_owned()),
        (
            IndexKey::of_issue_watch(org_unit, project, issue, user),
            "WATCH#1#ISSUE#KD-42".to_owned(),
        ),
        (IndexKey::of_report_watch(org_unit, project, user), "WATCH#1#REPORTS".to_owned()),
    ] {
        assert_eq!((key.pk.as_str(), key.sk), (of_person, sk));
    }
}

fn due_digest() -> Digest {
    Digest {
        org_unit: OrgUnitId::parse("acme").unwrap(),
        user: UserId::parse("auth0|7").unwrap(),
        bucket: "hourly#2026-03-13T15:00:00Z".parse().unwrap(),
    }
}

#[test]
fn digests_sort_by_when_they_are_due_and_their_keys_tell_which_they_are() {
    let digest = due_digest();
    assert_eq!(Key::of_digest(&digest).digest(), Ok(digest.clone()));
    let event = EventDigest::of("/tracker", "e-41");
    let item = Key::of_digest_item(&digest, &event);
    assert_eq!(item.event_of_digest_item(), Some(event));
    assert!(item.digest().is_err());
    let place = IndexKey::of_digest(&digest, digest.bucket.end());
    let (shard, values) = DueDigests::shards()
        .map(|shard| (shard, DueDigests::values(shard, "2026-03-13T15:00:00.9Z".parse().unwrap())))
        .find(|(_, [pk, _])| pk.1 == AttributeValue::S(place.pk.clone()))
        .unwrap();
    assert_eq!(place.pk, format!("DIGESTS#{shard:02}"));
    assert_eq!(place.sk, "2026-03-13T15:00:00Z");
    // A fraction of a second would sort before the whole one.
    assert_eq!(values[1].1, AttributeValue::S(place.sk));
}

#[test]
fn deliveries_of_an_event_sort_by_when_they_were_claimed_first() {
    let delivery = Delivery {
        org_unit: &OrgUnitId::parse("acme").unwrap(),
        user: &UserId::parse("auth0|7").unwrap(),
        event: &EventDigest::of("/tracker", "e-41"),
        accepted_at: Timestamp::from_second(1_773_410_400).unwrap(),
        channel: DeliveryChannel::Email,
    };
    let told = ToldDigest::of("/tracker", "e-41");
    assert_eq!(told, ToldDigest::of_text("/tracker:e-41"));
    let at = Timestamp::from_second(1_773_410_400).unwrap();
    let place = IndexKey::of_delivery(&delivery, &told, at);
    assert_eq!(place.pk, format!("OU#acme#DELIVERIES#{told}#10"));
    assert_eq!(place.sk, "1773410400000#auth0|7#email");
    let shards: Vec<_> = Deliveries::shards(delivery.org_unit, &told).collect();
    assert_eq!(shards.len(), 16);
    assert!(shards.contains(&(":pk".to_owned(), AttributeValue::S(place.pk))));
}

#[test]
fn what_is_unread_and_what_someone_did_to_others_sorts_by_id() {
    let org_unit = &OrgUnitId::parse("acme").unwrap();
    let (actor, user) = (&UserId::parse("4").unwrap(), &UserId::parse("auth0|7").unwrap());
    let id = NotificationId::from_number(4101).unwrap();
    assert_eq!(UnreadKey::of(id), AttributeValue::S("0000000000004101".to_owned()));
    let place = IndexKey::of_acted(org_unit, actor, user, id);
    let expected = ("OU#acme#USER#4#ACTED#10", "0000000000004101");
    assert_eq!((place.pk.as_str(), place.sk.as_str()), expected);
}

#[test]
fn part_of_an_inbox_is_what_lies_between_two_ids_in_the_table_and_among_what_is_unread() {
    let id = |number| NotificationId::from_number(number).unwrap();
    let person = &Person::for_test("acme", "7");
    let texts = |values: [(String, AttributeValue); 3]| {
        values.map(|(name, value)| format!("{name}={}", value.as_s().unwrap()))
    };
    let range = InboxRange::of(person, id(5), id(4101)).unwrap();
    let (condition, values) = range.in_table();
    assert_eq!(condition, "pk=:pk AND sk BETWEEN :from AND :to");
    let rows = [":from=INBOX#0000000000000005", ":to=INBOX#0000000000004101"];
    assert_eq!(texts(values), [":pk=OU#acme#USER#7", rows[0], rows[1]]);
    let (condition, values) = range.in_unread();
    assert_eq!(condition, "pk=:pk AND unread_id BETWEEN :from AND :to");
    let ids = [":from=0000000000000005", ":to=0000000000004101"];
    assert_eq!(texts(values), [":pk=OU#acme#USER#7", ids[0], ids[1]]);
    assert!(InboxRange::of(person, id(5), id(5)).is_some());
    assert!(InboxRange::of(person, id(5), id(4)).is_none(), "DynamoDB refuses to look for that");
}

#[test]
fn the_key_of_a_row_tells_its_id() {
    let org_unit = &OrgUnitId::parse("acme").unwrap();
    let user = &UserId::parse("7").unwrap();
    let id_at = |key: Key| notification_id(&key.into_attributes());
    for id in [NotificationId::from_number(0).unwrap(), NotificationId::LAST] {
        assert_eq!(id_at(Key::of_notification(org_unit, user, id)), Some(id));
    }
    assert_eq!(id_at(Key::of_user(org_unit, user)), None);
    let person = Person::for_test("acme", "7");
    assert_eq!(id_at(Key::of_no_notification(&person)), None);
}

#[test]
fn api_keys_are_listed_by_age() {
    let org_unit = &OrgUnitId::parse("acme").unwrap();
    let api_key = ApiKeyId::parse("0123456789abcdef0123456789abcdef").unwrap();
    let created_at = "2026-03-13T14:00:00.000001Z".parse().unwrap();
    let place = IndexKey::of_api_key(org_unit, created_at, api_key);
    let expected = "1773410400000001#0123456789abcdef0123456789abcdef";
    assert_eq!((place.pk.as_str(), place.sk.as_str()), ("OU#acme#KEYS", expected));
    assert_eq!(place.pk, IndexKey::of_api_keys(org_unit));
}

#[test]
fn an_item_tells_its_key() {
    let key = Key::of_person(&Person::for_test("acme", "7"));
    assert_eq!(Key::of_item(&key.clone().into_attributes()), Ok(key));
    let nothing = StoreError::Corrupt { leaf: "pk" };
    assert_eq!(Key::of_item(&HashMap::new()), Err(nothing));
}

#[test]
fn a_watch_tells_whose_it_is_and_the_count_is_none() {
    let (org_unit, project) = (&OrgUnitId::parse("acme").unwrap(), &"1".parse().unwrap());
    let user = UserId::parse("auth0|7").unwrap();
    let watch = Key::of_report_watch(org_unit, project, &user);
    assert_eq!(watch.watcher(), Some(user));
    assert_eq!(Key::of_report_watch_count(org_unit, project).watcher(), None);
    let values = Watches::of_reports(org_unit, project);
    let texts = values.map(|(name, value)| format!("{name}={}", value.as_s().unwrap()));
    assert_eq!(texts, [":pk=OU#acme#PROJECT#1", ":watcher=WATCHER#"]);
}
