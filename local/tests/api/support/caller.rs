//! Callers, and what they are answered.

use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH};
use http::{HeaderMap, Method, Request, Response, request};
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use serde_json::{Map, Value, json};

use super::api::{Api, identity};

/// Whoever sends requests; the verbs are theirs.
pub(crate) struct Caller<'a> {
    api: &'a Api,
    claims: Option<Map<String, Value>>,
    authorization: Option<Vec<u8>>,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        Self { api, claims: None, authorization: None }
    }

    /// Signed in, by a token of the local identity provider that holds an hour, with these claims.
    /// A claim that is `null` is left out.
    pub(crate) fn with_claims(mut self, claims: &Value) -> Self {
        let all = self.claims.get_or_insert_with(|| {
            let expires_at = self.api.clock.seconds() + 3600;
            Map::from_iter([
                ("iss".to_owned(), json!(ISSUER)),
                ("aud".to_owned(), json!(AUDIENCE)),
                ("exp".to_owned(), json!(expires_at)),
            ])
        });
        for (name, value) in claims.as_object().expect("an object") {
            if value.is_null() {
                all.remove(name);
            } else {
                all.insert(name.clone(), value.clone());
            }
        }
        let token = identity().sign(&Value::Object(all.clone())).expect("a token");
        self.with_token(&token)
    }

    /// With a permission more.
    pub(crate) fn with(self, permission: &str) -> Self {
        let held = self.claims.as_ref().and_then(|claims| claims.get("permissions"));
        let mut permissions = held.and_then(Value::as_array).cloned().unwrap_or_default();
        permissions.push(json!(permission));
        self.with_claims(&json!({ "permissions": permissions }))
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        self.with_authorization(format!("Bearer {token}"))
    }

    pub(crate) fn with_authorization(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.authorization = Some(header.into());
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    /// Asks whether an answer still holds, by the tags in an `If-None-Match`.
    pub(crate) async fn get_unless(&self, path: &str, tags: &str) -> Answer {
        let request = self.request(Method::GET, path).header(IF_NONE_MATCH, tags);
        self.api.send(request.body(Bytes::new()).expect("a request")).await.into()
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.put_text(path, body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.text(Method::PATCH, path, body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.text(Method::POST, path, body.to_string()).await
    }

    /// A request without a body that may be sent again by its key.
    pub(crate) async fn post_once(&self, path: &str, key: impl AsRef<[u8]>) -> Answer {
        self.post_once_with(path, key, "").await
    }

    /// The same with a body.
    pub(crate) async fn post_once_with(
        &self,
        path: &str,
        key: impl AsRef<[u8]>,
        body: &'static str,
    ) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", key.as_ref());
        self.api.send(request.body(body.into()).expect("a request")).await.into()
    }

    /// A request without a body.
    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None, Bytes::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Bytes::new()).await
    }

    /// A body that need not be JSON, said to be.
    pub(crate) async fn text(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send(method, path, Some("application/json"), body.into()).await
    }

    pub(crate) async fn put_text(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.text(Method::PUT, path, body).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        self.api.send(request.body(body).expect("a request")).await.into()
    }

    fn request(&self, method: Method, path: &str) -> request::Builder {
        let request = Request::builder().method(method).uri(path);
        match &self.authorization {
            Some(authorization) => request.header(AUTHORIZATION, authorization.as_slice()),
            None => request,
        }
    }
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        let body = String::from_utf8(body.to_vec()).expect("UTF-8");
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// Status and body, to compare as a whole.
    pub(crate) fn seen(&self) -> (u16, Value) {
        (self.status, self.json())
    }

    /// The header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The faults of a problem document, as path and detail.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let text = |fault: &Value, name| fault[name].as_str().expect("text").to_owned();
        let faults = self.json()["errors"].as_array().cloned().unwrap_or_default();
        faults.iter().map(|fault| (text(fault, "path"), text(fault, "detail"))).collect()
    }
}
