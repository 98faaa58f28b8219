use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use jiff::{SignedDuration, Timestamp};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{DATE, KeptSigningKey, Signer, instant};

fn signer() -> Signer {
    KeptSigningKey::new("eu-west-1", "dynamodb").0
}

fn credentials(id: &str, token: Option<&str>) -> Credentials {
    Credentials::new(id, format!("secret of {id}"), token.map(str::to_owned), None, "test")
}

fn request(uri: &str, headers: &[(String, String)], body: &[u8]) -> HttpRequest {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST").unwrap();
    request.set_uri(uri).unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(name.clone(), value.clone());
    }
    request
}

fn seconds_since_1970(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// What the SDK's own signing writes into `Authorization`.
fn signed_by_the_sdk(request: &HttpRequest, credentials: &Credentials, now: Timestamp) -> String {
    let identity = credentials.clone().into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("dynamodb")
        .time(now.into())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let body = SignableBody::Bytes(request.body().bytes().unwrap());
    let headers = request.headers().iter();
    let request = SignableRequest::new("POST", request.uri(), headers, body).unwrap();
    let (instructions, _signature) = sign(request, &parameters).unwrap().into_parts();
    let mut headers = instructions.headers();
    headers.find_map(|(name, value)| (name == "authorization").then(|| value.to_owned())).unwrap()
}

prop_compose! {
    fn headers()(
        headers in prop::collection::hash_map("x-amz-[a-z]{1,8}|[a-z]{3,8}", "[ -~]{0,40}", 0..6),
        unsigned in prop::sample::subsequence(vec!["user-agent", "x-amzn-trace-id"], 0..=2),
    ) -> Vec<(String, String)> {
        let own = ["x-amz-date", "host", "authorization"];
        let headers = headers.into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
        headers.chain(unsigned.into_iter().map(|name| (name.to_owned(), "a".to_owned()))).collect()
    }
}

proptest! {
    #[test]
    fn a_request_is_signed_as_the_sdk_signs_it(
        headers in headers(),
        body in prop::collection::vec(any::<u8>(), 0..300),
        // To the end of the year 2100.
        seconds in prop::collection::vec(0_i64..4_133_980_800, 1..4),
        id in "[A-Z]{1,3}",
        token in prop::option::of("[A-Za-z0-9/+=]{1,60}"),
        uri in prop::sample::select(vec![
            "https://dynamodb.eu-west-1.amazonaws.com/",
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://localhost:8000/",
            "https://localhost:443/",
            "http://127.0.0.1:80/",
            "http://localhost:443/",
            "http://[::1]:8000/",
        ]),
    ) {
        // The same signer throughout: what it keeps of one day is not for another.
        let signer = signer();
        let credentials = credentials(&id, token.as_deref());
        for second in seconds {
            let now = seconds_since_1970(second);
            let mut signed = request(uri, &headers, &body);
            let expected = signed_by_the_sdk(&signed, &credentials, now);
            prop_assert!(signer.sign(&mut signed, &credentials, now).unwrap());
            prop_assert_eq!(signed.headers().get("authorization"), Some(expected.as_str()));
            prop_assert_eq!(signed.headers().get("x-amz-security-token"), token.as_deref());
        }
    }
}

#[test]
fn a_key_is_kept_for_its_day_and_its_credentials() {
    let signer = signer();
    let (ours, others) = (credentials("OURS", None), credentials("OTHERS", None));
    let first = signer.derived(&ours, "20261122");
    assert!(Arc::ptr_eq(&first, &signer.derived(&ours, "20261122")));
    assert!(!Arc::ptr_eq(&first, &signer.derived(&ours, "20261123")));
    let second = signer.derived(&ours, "20261122");
    assert!(!Arc::ptr_eq(&second, &signer.derived(&others, "20261122")));
}

#[test]
fn what_is_no_post_of_bytes_to_the_root_is_left_to_the_sdk_as_it_is() {
    let credentials = credentials("OURS", Some("token"));
    let mut read = request("http://localhost/", &[], b"");
    read.set_method("GET").unwrap();
    let deep = request("http://localhost/deep", &[], b"");
    let asks = request("http://localhost/?asks", &[], b"");
    let nowhere = request("/", &[], b"");
    for mut request in [read, deep, asks, nowhere] {
        assert!(!signer().sign(&mut request, &credentials, seconds_since_1970(0)).unwrap());
        assert_eq!(request.headers().iter().count(), 0);
    }
}

/// DynamoDB with a clock an hour ahead of ours when it was first asked: it refuses what is dated by
/// another, and to everything else it is content.
#[derive(Debug, Clone, Default)]
struct AnHourAhead {
    dates: Arc<Mutex<Vec<Timestamp>>>,
}

impl HttpConnector for AnHourAhead {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut dates = self.dates.lock().unwrap();
        let date = instant(request.headers().get(DATE).unwrap()).unwrap();
        dates.push(date);
        let now = dates[0] + Duration::from_secs(3600);
        let (status, body) = if now.duration_since(date).abs() > SignedDuration::from_mins(5) {
            (400, r#"{"__type":"com.amazon.coral.service#InvalidSignatureException"}"#)
        } else {
            (200, "{}")
        };
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        let now = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response.headers_mut().insert("date", now);
        HttpConnectorFuture::ready(Ok(response))
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_costs_one_more_attempt_and_not_one_of_every_call() {
    let service = AnHourAhead::default();
    let connector = SharedHttpConnector::new(service.clone());
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials("OURS", None))
        .push_auth_scheme(KeptSigningKey::new("eu-west-1", "dynamodb"))
        .http_client(http_client_fn(move |_, _| connector.clone()));
    let client = Client::from_conf(config.build());
    for _call in 0..3 {
        client.list_tables().send().await.unwrap();
    }
    assert_eq!(service.dates.lock().unwrap().len(), 4);
}
