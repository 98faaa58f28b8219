use std::net::SocketAddr;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

fn connector() -> Connector {
    Connector::new(&AwsConfig {
        region: "eu-west-1".to_owned(),
        credentials: Credentials::new("id", "secret", None, None, "test"),
        ca_bundle: None,
        attempt_timeout: Duration::from_millis(200),
    })
    .unwrap()
}

/// Someone who listens, and where.
async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn get(
    connector: &Connector,
    scheme: &str,
    at: SocketAddr,
) -> Result<HttpResponse, ConnectorError> {
    connector.0.call(HttpRequest::get(format!("{scheme}://{at}/")).unwrap()).await
}

/// Takes a connection, and a request from it.
async fn take(listener: &TcpListener) -> TcpStream {
    let (mut stream, _who) = listener.accept().await.unwrap();
    take_request(&mut stream).await;
    stream
}

async fn take_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
}

#[tokio::test]
async fn a_handshake_that_never_ends_took_too_long() {
    let (_never_accepts, address) = listener().await;
    let error = get(&connector(), "https", address).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn where_nobody_listens_it_is_the_network() {
    let (listener, address) = listener().await;
    drop(listener);
    let error = get(&connector(), "http", address).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_the_network() {
    let request = HttpRequest::get("http://nowhere.invalid/").unwrap();
    let error = connector().0.call(request).await.unwrap_err();
    assert!(error.is_io() || error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_may_be_followed_by_another_attempt() {
    let (listener, address) = listener().await;
    let connector = connector();
    let (answer, ()) = tokio::join!(get(&connector, "http", address), async {
        drop(take(&listener).await);
    });
    let error = answer.unwrap_err();
    assert!(error.is_io() || error.as_other() == Some(ErrorKind::TransientError), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_the_sdk_gives_up_is_used_no_more() {
    let (listener, address) = listener().await;
    let connector = connector();
    let capture = CaptureSmithyConnection::new();
    let mut request = HttpRequest::get(format!("http://{address}/")).unwrap();
    request.add_extension(capture.clone());
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let (first, mut kept) = tokio::join!(connector.0.call(request), async {
        let mut stream = take(&listener).await;
        stream.write_all(answer).await.unwrap();
        stream
    });
    assert_eq!(first.unwrap().status().as_u16(), 200);
    let again = async {
        take_request(&mut kept).await;
        kept.write_all(answer).await.unwrap();
    };
    let (second, ()) = tokio::join!(get(&connector, "http", address), again);
    assert_eq!(second.unwrap().status().as_u16(), 200);

    capture.get().unwrap().poison();
    let over_another = async { take(&listener).await.write_all(answer).await.unwrap() };
    let third = async { tokio::join!(get(&connector, "http", address), over_another) };
    let third = tokio::time::timeout(Duration::from_secs(30), third).await;
    let (third, ()) = third.expect("another connection");
    assert_eq!(third.unwrap().status().as_u16(), 200);
}
