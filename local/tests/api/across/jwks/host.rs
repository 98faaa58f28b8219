//! A host that serves a JWKS over HTTP, well or badly, and counts what it is asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How it answers.
#[derive(Clone)]
enum Script {
    /// These bytes; then it hangs up.
    Bytes(Vec<u8>),
    /// These bytes; then nothing, for as long as the other side waits.
    Stall(Vec<u8>),
}

/// The host. It ends with the test's runtime.
pub(crate) struct Host {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<String>>,
}

impl Host {
    /// A host that answers 404 until it is told otherwise.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let script = Mutex::new(Script::Bytes(answer(404, "", "")));
        let shared = Arc::new(Shared { script, requests: Mutex::default() });
        let of_task = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, of_task.clone()));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks.json", self.port)
    }

    /// The first lines of what it was asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().expect("no panic").clone()
    }

    /// From now on it answers that.
    pub(crate) fn serve(&self, status: u16, body: impl ToString) {
        self.serve_with(status, "", body);
    }

    /// The same with another header, which ends with a line feed.
    pub(crate) fn serve_with(&self, status: u16, header: &str, body: impl ToString) {
        self.serve_bytes(answer(status, header, &body.to_string()));
    }

    /// From now on it writes those bytes and hangs up.
    pub(crate) fn serve_bytes(&self, bytes: impl Into<Vec<u8>>) {
        *self.shared.script.lock().expect("no panic") = Script::Bytes(bytes.into());
    }

    /// From now on it writes those bytes and says no more.
    pub(crate) fn stall_after(&self, bytes: impl Into<Vec<u8>>) {
        *self.shared.script.lock().expect("no panic") = Script::Stall(bytes.into());
    }
}

/// An answer as it goes over the wire.
pub(crate) fn answer(status: u16, header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{header}\r\n{body}").into_bytes()
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
    let text = String::from_utf8_lossy(&request);
    let line = text.lines().next().unwrap_or_default().to_owned();
    shared.requests.lock().expect("no panic").push(line);
    let script = shared.script.lock().expect("no panic").clone();
    let (Script::Bytes(bytes) | Script::Stall(bytes)) = &script;
    // Who was asking may be gone.
    stream.write_all(bytes).await.ok();
    if matches!(script, Script::Stall(_)) {
        let mut nothing = [0; 1];
        stream.read_exact(&mut nothing).await.ok();
    }
    stream.shutdown().await.ok();
}
