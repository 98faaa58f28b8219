//! A socket that stands in for SES.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a peer does with a connection, once it has read the request.
#[derive(Clone)]
pub(super) enum Peer {
    Answers(String),
    Closes,
    Resets,
    IsSilent,
}

/// An answer of SES: a status, what its headers say besides, and a code.
pub(super) fn answer(status: u16, headers: &str, code: &str) -> Peer {
    answer_saying("Email address is odd: hush@example.com", status, headers, code)
}

/// The same, with those words.
pub(super) fn answer_saying(message: &str, status: u16, headers: &str, code: &str) -> Peer {
    let body = format!(r#"{{"message":"{message}"}}"#);
    let code =
        if code.is_empty() { String::new() } else { format!("x-amzn-errortype: {code}\r\n") };
    let length = body.len();
    Peer::Answers(format!(
        "HTTP/1.1 {status} Said\r\n{code}{headers}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    ))
}

pub(super) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// Serves one connection, and gives the request that came.
pub(super) fn serve(listener: TcpListener, peer: Peer) -> JoinHandle<String> {
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        match peer {
            Peer::Answers(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            Peer::Closes => {}
            Peer::Resets => stream.set_zero_linger().unwrap(),
            Peer::IsSilent => std::future::pending().await,
        }
        request
    })
}

pub(super) async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        stream.read_buf(&mut request).await.unwrap();
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.unwrap().parse().unwrap() {
            return text;
        }
    }
}
