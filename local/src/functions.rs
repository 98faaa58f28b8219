//! Every function, by name. A function that is missing here cannot be reached; one that the
//! template lacks cannot start.

use std::collections::BTreeMap;
use std::rc::Rc;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use jiff::Timestamp;
use shared::app::App;
use shared::boot::{
    BatchAnswer, BusEvent, Invocation, Job, QueueBatch, Tick, Undone, answer, consume_batch,
    take_bus_event, take_tick,
};
use shared::failure::Failure;
use shared::http::surface::Surface;
use shared::http::{Inbound, Reply};

use crate::operators::operator_functions;
use crate::problem::Problem;
use crate::template::{Function, Template, Trigger};

/// A handler as the gateway calls it: the same `answer` that Lambda's loop calls.
pub type Endpoint =
    Rc<dyn Fn(Rc<App>, ApiGatewayV2httpRequest, Invocation) -> LocalBoxFuture<'static, Answer>>;

/// A worker as its queue calls it: the same `consume_batch` that Lambda's loop calls.
pub type Worker =
    Rc<dyn Fn(Rc<App>, QueueBatch, Invocation) -> LocalBoxFuture<'static, BatchAnswer>>;

/// A function as the bus calls it: the same `take` that Lambda's loop calls.
pub type BusFunction =
    Rc<dyn Fn(Rc<App>, BusEvent, Invocation) -> LocalBoxFuture<'static, Result<(), Undone>>>;

/// A function as its schedule calls it: the same `take_tick` that Lambda's loop calls.
pub type ScheduledFunction =
    Rc<dyn Fn(Rc<App>, Tick, Invocation) -> LocalBoxFuture<'static, Result<(), Undone>>>;

/// What a handler sends back.
pub type Answer = ApiGatewayV2httpResponse;

/// Every endpoint by the name of its function.
#[must_use]
pub fn endpoints() -> BTreeMap<&'static str, Endpoint> {
    BTreeMap::from([
        ("add-push-subscription", endpoint(add_push_subscription::handle)),
        ("create-api-key", endpoint(create_api_key::handle)),
        ("decide-delivery", endpoint(decide_delivery::handle)),
        ("delete-notifications", endpoint(delete_notifications::handle)),
        ("get-account-email", endpoint(get_account_email::handle)),
        ("get-issue-watch", endpoint(get_issue_watch::handle)),
        ("get-notification-prefs", endpoint(get_notification_prefs::handle)),
        ("get-profile", endpoint(get_profile::handle)),
        ("get-slack-identity-status", endpoint(get_slack_identity_status::handle)),
        ("ingest-events", endpoint(ingest_events::handle)),
        ("list-api-keys", endpoint(list_api_keys::handle)),
        ("list-channel-preferences", endpoint(list_channel_preferences::handle)),
        ("list-deliveries", endpoint(list_deliveries::handle)),
        ("list-notifications", endpoint(list_notifications::handle)),
        ("list-push-subscriptions", endpoint(list_push_subscriptions::handle)),
        ("mark-notifications-read", endpoint(mark_notifications_read::handle)),
        ("mark-notifications-unread", endpoint(mark_notifications_unread::handle)),
        ("patch-account-email", endpoint(patch_account_email::handle)),
        ("put-channel-preference", endpoint(put_channel_preference::handle)),
        ("put-member-slack", endpoint(put_member_slack::handle)),
        ("put-notification-prefs", endpoint(put_notification_prefs::handle)),
        ("remove-push-subscription", endpoint(remove_push_subscription::handle)),
        ("revoke-api-key", endpoint(revoke_api_key::handle)),
        ("sync-slack-identities", endpoint(sync_slack_identities::handle)),
        ("toggle-issue-watch", endpoint(toggle_issue_watch::handle)),
        ("toggle-report-watch", endpoint(toggle_report_watch::handle)),
        ("unsubscribe", endpoint(unsubscribe::handle)),
        ("update-activity-preferences", endpoint(update_activity_preferences::handle)),
    ])
}

/// Every worker at a queue, by the name of its function.
#[must_use]
pub fn workers() -> BTreeMap<&'static str, Worker> {
    BTreeMap::from([
        ("deliver-notifications", worker(deliver_notifications::handle)),
        ("dispatch-events", worker(dispatch_events::handle)),
        ("record-email-feedback", worker(record_email_feedback::handle)),
        ("send-digests", worker(send_digests::handle)),
    ])
}

/// Every function at the bus, by its name.
#[must_use]
pub fn bus_functions() -> BTreeMap<&'static str, BusFunction> {
    BTreeMap::from([("accept-bus-events", bus_function(accept_bus_events::handle))])
}

/// Every function that a schedule invokes, by its name. It may be a worker too.
#[must_use]
pub fn scheduled_functions() -> BTreeMap<&'static str, ScheduledFunction> {
    BTreeMap::from([("send-digests", scheduled_function(send_digests::tick))])
}

/// Wraps the handler of an endpoint.
pub fn endpoint<H, R, S>(handle: H) -> Endpoint
where
    H: AsyncFn(&App, Inbound) -> Result<R, S> + Clone + 'static,
    R: Reply,
    S: Surface,
{
    Rc::new(move |app, event, invocation| {
        let handle = handle.clone();
        async move { answer(&app, &handle, event, &invocation).await }.boxed_local()
    })
}

/// Wraps the handler of a worker.
pub fn worker<H, J>(handle: H) -> Worker
where
    H: AsyncFn(&App, J) -> Result<(), Failure> + Clone + 'static,
    J: Job,
{
    Rc::new(move |app, batch, invocation| {
        let handle = handle.clone();
        async move { consume_batch(&app, &handle, batch, &invocation).await }.boxed_local()
    })
}

/// Wraps the handler of a function at the bus.
pub fn bus_function<H>(handle: H) -> BusFunction
where
    H: AsyncFn(&App, &BusEvent) -> Result<(), Failure> + Clone + 'static,
{
    Rc::new(move |app, event, invocation| {
        let handle = handle.clone();
        async move { take_bus_event(&app, &handle, event, &invocation).await }.boxed_local()
    })
}

/// Wraps the handler of a function with a schedule.
pub fn scheduled_function<H>(handle: H) -> ScheduledFunction
where
    H: AsyncFn(&App, Timestamp) -> Result<(), Failure> + Clone + 'static,
{
    Rc::new(move |app, tick, invocation| {
        let handle = handle.clone();
        async move { take_tick(&app, &handle, tick, &invocation).await }.boxed_local()
    })
}

/// Makes sure that every function of the template has a handler of the kind that its triggers ask
/// for, that every handler has its function, and that what a worker takes messages from is a queue.
///
/// # Errors
///
/// [`Problem`], naming what has no counterpart.
pub fn check_against(template: &Template) -> Result<(), Problem> {
    let endpoints = endpoints().into_keys().map(|name| (name, "endpoint"));
    let workers = workers().into_keys().map(|name| (name, "worker"));
    let bus_functions = bus_functions().into_keys().map(|name| (name, "function at the bus"));
    let scheduled = scheduled_functions().into_keys().map(|name| (name, "scheduled function"));
    let operators = operator_functions().into_keys().map(|name| (name, "function of operators"));
    let known = endpoints.chain(workers).chain(bus_functions).chain(scheduled).chain(operators);
    let known: Vec<_> = known.collect();
    check(&known, template)
}

fn check(known: &[(&str, &str)], template: &Template) -> Result<(), Problem> {
    for (name, kind) in known {
        let of_kind = |function: &&Function| {
            let mut kinds = function.triggers.iter().map(kind_of);
            function.name == *name && kinds.any(|asked| asked == *kind)
        };
        if template.functions.iter().find(of_kind).is_none() {
            return Err(Problem(format!("nothing in template.yaml triggers the {kind} {name}")));
        }
    }
    for function in &template.functions {
        let name = &function.name;
        for trigger in &function.triggers {
            let kind = kind_of(trigger);
            if !known.contains(&(name.as_str(), kind)) {
                return Err(Problem(format!("template.yaml has {name}, which is no {kind} here")));
            }
            if let Trigger::Queue { queue, .. } = trigger
                && !template.queues.contains_key(queue)
            {
                return Err(Problem(format!("{queue}, where {name} works, has no RedrivePolicy")));
            }
        }
    }
    Ok(())
}

/// What handles such a trigger.
fn kind_of(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Route(_) => "endpoint",
        Trigger::Queue { .. } => "worker",
        Trigger::Bus => "function at the bus",
        Trigger::Schedule(_) => "scheduled function",
        Trigger::Operator => "function of operators",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(known: &[(&str, &str)]) -> String {
        let template = Template::load().unwrap();
        let mut all: Vec<(&str, &str)> =
            endpoints().into_keys().map(|name| (name, "endpoint")).collect();
        all.extend(bus_functions().into_keys().map(|name| (name, "function at the bus")));
        all.extend(scheduled_functions().into_keys().map(|name| (name, "scheduled function")));
        all.extend(operator_functions().into_keys().map(|name| (name, "function of operators")));
        let others = workers().into_keys().filter(|name| *name != "dispatch-events");
        all.extend(others.map(|name| (name, "worker")));
        all.extend(known);
        check(&all, &template).err().map(|problem| problem.0).unwrap_or_default()
    }

    #[test]
    fn a_function_without_its_handler_and_a_handler_without_its_trigger_are_named() {
        let name = "dispatch-events";
        assert_eq!(checked(&[(name, "worker")]), "");
        let missing = "template.yaml has dispatch-events, which is no worker here";
        assert_eq!(checked(&[]), missing);
        let stray = "nothing in template.yaml triggers the endpoint dispatch-events";
        assert_eq!(checked(&[(name, "worker"), (name, "endpoint")]), stray);
    }
}
