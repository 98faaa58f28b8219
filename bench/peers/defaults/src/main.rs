//! `GET /me/notification-prefs` as one writes it first: everything as the documentation of each crate
//! begins, and nothing measured.

use std::env;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use lambda_http::{Body, Error, Request, Response, run, service_fn, tracing};
use serde::Deserialize;
use serde_json::json;

/// The events that can be muted.
const EVENTS: [&str; 4] =
    ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];

#[derive(Deserialize)]
struct Claims {
    sub: String,
    org_unit: String,
}

struct App {
    store: Client,
    table: String,
    keys: JwkSet,
    validation: Validation,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = aws_config::load_from_env().await;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[env::var("AUTH_ISSUER")?]);
    validation.set_audience(&[env::var("AUTH_AUDIENCE")?]);
    let app = Arc::new(App {
        store: Client::new(&config),
        table: env::var("TABLE_NAME")?,
        keys: serde_json::from_str(&env::var("AUTH_JWKS")?)?,
        validation,
    });
    run(service_fn(move |request| handle(Arc::clone(&app), request))).await
}

async fn handle(app: Arc<App>, request: Request) -> Result<Response<Body>, Error> {
    let credential = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let token = credential.and_then(|credential| credential.strip_prefix("Bearer "));
    let Some(claims) = token.and_then(|token| verify(&app, token)) else {
        return Ok(Response::builder().status(401).body(Body::Empty)?);
    };
    let mut names = vec!["notifications_enabled".to_owned(), "slack_user_id".to_owned()];
    names.extend(EVENTS.map(|event| format!("mute.{event}")));
    let mut question = app
        .store
        .get_item()
        .table_name(&app.table)
        .key("pk", AttributeValue::S(format!("OU#{}#USER#{}", claims.org_unit, claims.sub)))
        .key("sk", AttributeValue::S("PREFS".to_owned()))
        .consistent_read(true)
        .projection_expression("#0,#1,#2,#3,#4,#5");
    for (number, name) in names.into_iter().enumerate() {
        question = question.expression_attribute_names(format!("#{number}"), name);
    }
    let item = question.send().await?.item.unwrap_or_default();
    let flag = |name: &str| item.get(name).and_then(|value| value.as_bool().ok()).copied();
    let prefs = EVENTS.map(|event| {
        let muted = flag(&format!("mute.{event}")).unwrap_or(false);
        json!({ "event_type": event, "muted": muted })
    });
    let slack = item.get("slack_user_id").and_then(|value| value.as_s().ok());
    let body = json!({
        "notifications_enabled": flag("notifications_enabled").unwrap_or(true),
        "slack_user_id": slack.map(|id| masked(id)),
        "prefs": prefs,
    });
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(Body::from(body.to_string()))?)
}

fn verify(app: &App, token: &str) -> Option<Claims> {
    let key = app.keys.find(&decode_header(token).ok()?.kid?)?;
    let key = DecodingKey::from_jwk(key).ok()?;
    decode(token, &key, &app.validation).ok().map(|token| token.claims)
}

fn masked(id: &str) -> String {
    let ends = id.get(..3).zip(id.get(id.len().saturating_sub(3)..)).filter(|_| id.len() >= 7);
    ends.map_or("•••".to_owned(), |(first, last)| format!("{first}•••{last}"))
}
