//! A socket that stands in for a push service.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a peer does with a connection, once it has read the request.
pub(super) enum Peer {
    Answers(String),
    Closes,
    Resets,
    IsSilent,
}

/// What came: its head without the empty line, and its body.
pub(super) struct Came {
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// An answer with that status, and what its headers say besides.
pub(super) fn answer(status: u16, headers: &str) -> Peer {
    Peer::Answers(format!("HTTP/1.1 {status} Said\r\n{headers}content-length: 0\r\n\r\n"))
}

pub(super) async fn listen() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

/// Serves one connection, and gives the request that came.
pub(super) fn serve(listener: TcpListener, peer: Peer) -> JoinHandle<Came> {
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

pub(super) async fn read_request(stream: &mut TcpStream) -> Came {
    let mut request = Vec::new();
    loop {
        stream.read_buf(&mut request).await.unwrap();
        let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(request[..end + 2].to_vec()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let body = &request[end + 4..];
        if body.len() >= length.unwrap().parse().unwrap() {
            return Came { head, body: body.to_vec() };
        }
    }
}
