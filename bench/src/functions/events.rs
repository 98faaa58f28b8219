//! The events that a function is invoked with: the recorded one of `events/`, signed for anew.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::body::Bytes;
use local::identity::Identity;
use local::problem::Problem;
use serde_json::{Value, json};

/// What stands where a token is to be.
const PLACE: &str = "TOKEN";

/// Tokens of the person of the recorded events, no two of them alike, all good.
pub(crate) struct Tokens(Vec<String>);

impl Tokens {
    /// So many tokens, with the claims of a recorded one.
    pub(crate) fn sign(identity: &Identity, recorded: &str, count: usize) -> Result<Self, Problem> {
        let claims = recorded.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims = claims.and_then(|claims| serde_json::from_slice::<Value>(&claims).ok());
        let claims = claims.ok_or_else(|| Problem("the recorded token is none".to_owned()))?;
        let token = |number: usize| {
            let mut claims = claims.clone();
            if let Value::Object(claims) = &mut claims {
                claims.insert("jti".to_owned(), json!(format!("{number:08}")));
            }
            identity.sign(&claims)
        };
        (0..count).map(token).collect::<Result<_, _>>().map(Self)
    }

    /// The token of that number; they begin anew after the last.
    pub(crate) fn get(&self, number: usize) -> &str {
        let number = number.checked_rem(self.0.len()).unwrap_or_default();
        self.0.get(number).map_or("", String::as_str)
    }
}

/// An event of a function, for whatever token.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    before: String,
    after: Option<String>,
}

impl Event {
    /// The event, with a place for a token if it has a credential.
    pub(crate) fn new(mut event: Value) -> Self {
        if let Some(credential) = event.pointer_mut("/headers/authorization") {
            *credential = json!(format!("Bearer {PLACE}"));
        }
        let text = event.to_string();
        match text.split_once(&format!("Bearer {PLACE}")) {
            Some((before, after)) => {
                Self { before: format!("{before}Bearer "), after: Some(after.to_owned()) }
            }
            None => Self { before: text, after: None },
        }
    }

    /// The event with that token.
    pub(crate) fn with(&self, token: &str) -> Bytes {
        match &self.after {
            Some(after) => [&self.before, token, after.as_str()].concat().into(),
            None => self.before.clone().into(),
        }
    }

    /// Whether there is a place for a token.
    pub(crate) fn takes_a_token(&self) -> bool {
        self.after.is_some()
    }
}

/// The token that a recorded event came with.
pub(crate) fn recorded_token(event: &Value) -> Option<&str> {
    event.pointer("/headers/authorization")?.as_str()?.strip_prefix("Bearer ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_an_event_carries_the_one_it_is_given() {
        let identity = Identity::generate().unwrap();
        let recorded = identity.sign(&json!({ "sub": "7" })).unwrap();
        let tokens = Tokens::sign(&identity, &recorded, 2).unwrap();
        assert_ne!(tokens.get(0), tokens.get(1));
        assert_eq!(tokens.get(0), tokens.get(2));
        let event = Event::new(json!({ "headers": { "authorization": "Bearer a", "b": "c" } }));
        let sent: Value = serde_json::from_slice(&event.with(tokens.get(1))).unwrap();
        assert_eq!(recorded_token(&sent), Some(tokens.get(1)));
        assert!(!Event::new(json!({ "headers": {} })).takes_a_token());
    }
}
