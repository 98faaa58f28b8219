//! A socket that stands in for whom this service hands things to.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a peer does with a connection, once it has read the request.
#[derive(Clone)]
pub(crate) enum Peer {
    Answers(String),
    Closes,
    Resets,
    IsSilent,
}

pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// Serves one connection, and gives the request that came.
pub(crate) fn serve(listener: TcpListener, peer: Peer) -> JoinHandle<String> {
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

/// The whole request; one that does not say how long its body is has none.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        stream.read_buf(&mut request).await.unwrap();
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}
