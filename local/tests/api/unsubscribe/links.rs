//! Which links work, and that of those that do not nobody learns why.

use pretty_assertions::assert_eq;
use serde_json::json;
use shared::domain::id::UserId;
use shared::unsubscribe::Unsubscribe;

use super::{click, item, link_for};
use crate::support::{Answer, Api, job};

const DAY: i64 = 24 * 60 * 60;

/// What an answer is, but for the request that it names.
fn seen(mut answer: Answer) -> (u16, String, http::HeaderMap) {
    answer.headers.remove("x-request-id");
    (answer.status, answer.body, answer.headers)
}

#[tokio::test]
async fn a_link_works_for_sixty_days() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "email.product_updates").await;
    api.clock.advance(60 * DAY - 1);
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    api.clock.advance(1);
    assert_eq!(click(&api.stranger(), &link).await.status, 400);
    assert_eq!(api.stranger().get(&link).await.status, 400);
}

#[tokio::test]
async fn a_link_that_does_not_work_is_one_page_whatever_is_wrong_with_it() {
    let api = Api::start().await;
    let (globex, acme) = (
        link_for(&api, "globex", "7", "email.product_updates").await,
        link_for(&api, "acme", "7", "email.product_updates").await,
    );
    let parts = |link: &str| link.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (of_globex, of_acme) = (parts(&globex), parts(&acme));
    let forged = [
        "/unsubscribe/nonsense".to_owned(),
        "/unsubscribe/...".to_owned(),
        // Another version, another key, another org unit's payload, another one's mac.
        acme.replacen("/unsubscribe/1.", "/unsubscribe/2.", 1),
        acme.replacen(".1.", ".9.", 1),
        [&of_acme[0], &of_acme[1], &of_globex[2], &of_acme[3]].map(String::as_str).join("."),
        [&of_acme[0], &of_acme[1], &of_acme[2], &of_globex[3]].map(String::as_str).join("."),
        of_acme[..3].join("."),
        format!("{acme}%00"),
        format!("{acme}{}", "A".repeat(4096)),
        acme.to_lowercase(),
    ];
    let stranger = api.stranger();
    let first = seen(stranger.get(&forged[0]).await);
    assert_eq!(first.0, 400);
    let (before, asked) = (api.items().await, api.faults.calls().len());
    for link in &forged {
        assert_eq!(seen(stranger.get(link).await), first, "{link}");
        assert_eq!(seen(click(&stranger, link).await), first, "{link}");
    }
    // Whoever signs in opens no more than others do.
    assert_eq!(seen(click(&api.admin("acme"), &forged[0]).await), first);
    api.clock.advance(60 * DAY);
    assert_eq!(seen(click(&stranger, &acme).await), first, "an old one is the same page");
    assert_eq!(api.items().await, before);
    assert_eq!(api.faults.calls().len(), asked, "nobody's data was touched");
}

#[tokio::test]
async fn without_a_public_url_no_link_is_made() {
    let api = Api::start().await;
    let links = Unsubscribe::new(api.secrets.clone(), "keys".to_owned(), None, api.log.clone());
    let (job, user) = (job("acme", "e-1"), UserId::parse("7").expect("an id"));
    let setting = "email.product_updates".parse().expect("a setting");
    let link = links.link(job.org_unit(), &user, &setting, api.app.now()).await;
    assert_eq!(link.map_err(|failure| failure.kind()), Err("no_public_url"));
    assert_eq!(api.secrets.fetches(), 0);
}

#[tokio::test]
async fn a_link_of_one_org_unit_or_person_touches_no_other() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "email.product_updates").await;
    // Who clicks is nobody, also where they are signed in as someone.
    assert_eq!(click(&api.person("globex", "7"), &link).await.status, 200);
    let expected = json!({ "pk": "OU#acme#USER#7", "sk": "PREFS", "email.product_updates": false });
    assert_eq!(item(&api).await, expected);
}
