//! HTTP/1.1 over one connection that is kept: requests and answers with a length.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::Fault;

/// Both directions of a connection.
pub trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// A connection to a host.
pub struct Connection {
    stream: Box<dyn Stream>,
    host: String,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Answer {
    head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Connection {
    /// One without TLS, to `host:port`.
    pub fn plain(host: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Self::over(Box::new(stream), host))
    }

    /// One over a stream that is open.
    pub fn over(stream: Box<dyn Stream>, host: &str) -> Self {
        Self { stream, host: host.to_owned(), buffer: Vec::with_capacity(4096) }
    }

    /// Sends a request, and takes its answer.
    pub fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Fault> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        if method != "GET" {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request)?;
        self.stream.flush()?;
        self.read()
    }

    fn read(&mut self) -> Result<Answer, Fault> {
        self.buffer.clear();
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.fill()?;
        };
        let head = String::from_utf8(self.buffer[..end].to_vec())?;
        let mut answer = Answer { head, body: Vec::new() };
        let length = answer.header("content-length").ok_or("an answer has no length")?;
        let length: usize = length.parse()?;
        while self.buffer.len() < end + length {
            self.fill()?;
        }
        answer.body = self.buffer[end..end + length].to_vec();
        Ok(answer)
    }

    fn fill(&mut self) -> Result<(), Fault> {
        let filled = self.buffer.len();
        self.buffer.resize(filled + 8192, 0);
        let read = self.stream.read(&mut self.buffer[filled..])?;
        self.buffer.truncate(filled + read);
        if read == 0 { Err("the connection ended".into()) } else { Ok(()) }
    }
}
