//! Who is who at Slack, against a plain model.

mod model;

use local::slack::{User, Workspace};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::identities::{assert_counts_follow, item_of, put_slack, tell_directory};
use crate::support::slack::connect_workspace;
use crate::sync_slack_identities::PATH;
use model::{Directory, Model, SlackUser};

const MEMBERS: usize = 4;
const USERS: usize = 3;
const SLACK_USERS: usize = 4;

/// What may happen. Numbers choose among a few, so that they meet.
#[derive(Debug, Clone, Copy)]
enum Step {
    Upsert { member: usize, user: usize, email: usize, confirmed: bool },
    Remove { member: usize },
    Override { member: usize, to: Option<usize> },
    Slack { user: usize, is: SlackUser },
    Sync,
}

fn step() -> impl Strategy<Value = Step> {
    let email = 0..4_usize;
    let upsert = (0..MEMBERS, 0..USERS, email.clone(), prop::bool::weighted(0.8));
    let slack_user = (prop::option::weighted(0.8, email), prop::bool::weighted(0.8));
    prop_oneof![
        4 => upsert.prop_map(|(member, user, email, confirmed)| {
            Step::Upsert { member, user, email, confirmed }
        }),
        1 => (0..MEMBERS).prop_map(|member| Step::Remove { member }),
        1 => (0..MEMBERS, prop::option::of(0..SLACK_USERS))
            .prop_map(|(member, to)| Step::Override { member, to }),
        3 => (0..SLACK_USERS, slack_user)
            .prop_map(|(user, (email, is_active))| Step::Slack {
                user,
                is: SlackUser { email, is_active },
            }),
        4 => Just(Step::Sync),
    ]
}

fn member(number: usize) -> String {
    format!("m-{number}")
}

fn slack_id(number: usize) -> String {
    format!("U0{number}")
}

/// An address; the directory and Slack do not write it alike.
fn address(email: usize, is_slacks: bool) -> String {
    let address = format!("person-{email}@acme.example");
    if is_slacks && email.is_multiple_of(2) { address.to_uppercase() } else { address }
}

fn event(turn: usize, number: usize, data: Directory) -> Value {
    let mut event = upserted(&format!("e-{turn}"), &member(number), "nobody", true);
    event["time"] = json!(format!("2026-03-13T13:00:{turn:02}Z"));
    match data {
        Directory::Removed => event["type"] = json!("member.removed"),
        Directory::Is { user, email, confirmed } => {
            event["data"]["user"] = json!(user.to_string());
            event["data"]["email"] = json!(address(email, false));
            event["data"]["confirmed"] = json!(confirmed);
        }
    }
    event
}

fn connect(api: &Api, org_unit: &str, model: &Model) {
    let user = |(number, is): (&usize, &SlackUser)| User {
        id: slack_id(*number),
        email: is.email.map(|email| address(email, true)),
        is_deleted: !is.is_active && number.is_multiple_of(2),
        is_bot: !is.is_active && !number.is_multiple_of(2),
    };
    let users: Vec<User> = model.slack.iter().map(user).collect();
    let workspace = Workspace { users_list_per_minute: 1_000, ..Workspace::of(users) };
    connect_workspace(api, org_unit, workspace);
}

async fn sync(api: &Api, org_unit: &str, model: &mut Model) {
    let answer = api.admin(org_unit).post_nothing(PATH).await;
    let Some(newly_mapped) = model.sync() else {
        assert_eq!(answer.status, 502, "{}", answer.body);
        return;
    };
    let (total, mapped, unmatched) = model.report();
    let unmatched: Vec<String> = unmatched.into_iter().map(member).collect();
    let expected = json!({
        "total": total, "mapped": mapped, "newly_mapped": newly_mapped, "unmatched": unmatched,
    });
    pretty_assertions::assert_eq!(answer.seen(), (200, expected));
}

#[test]
fn who_is_who_at_slack_is_what_events_admins_and_syncs_made_of_it() {
    check(prop::collection::vec(step(), 1..14), async |api, org_unit, steps| {
        let mut model = Model::default();
        for (turn, step) in steps.into_iter().enumerate() {
            match step {
                Step::Upsert { member, user, email, confirmed } => {
                    let is = Directory::Is { user, email, confirmed };
                    tell_directory(api, org_unit, &[event(turn, member, is)]).await;
                    model.tell(member, turn, is);
                }
                Step::Remove { member } => {
                    let is = Directory::Removed;
                    tell_directory(api, org_unit, &[event(turn, member, is)]).await;
                    model.tell(member, turn, is);
                }
                Step::Override { member: number, to } => {
                    let slack_user = to.map(slack_id);
                    let slack_user = slack_user.as_deref();
                    let status = put_slack(api, org_unit, &member(number), slack_user).await;
                    assert_eq!(status == 200, model.put(number, to), "{status}");
                }
                Step::Slack { user, is } => drop(model.slack.insert(user, is)),
                Step::Sync => {
                    connect(api, org_unit, &model);
                    sync(api, org_unit, &mut model).await;
                }
            }
        }
        assert_counts_follow(api, org_unit).await;
        for user in 0..USERS {
            let item = item_of(api, org_unit, &user.to_string()).await;
            let expected = model.mapping(user);
            assert_eq!(item["slack_user_id"], json!(expected.mapped_to.map(slack_id)));
            assert_eq!(item["slack_override"] == true, expected.is_override);
        }
    });
}
