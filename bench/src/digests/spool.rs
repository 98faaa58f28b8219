//! A queue that keeps nothing in memory: on AWS, none of it is in the worker.
//!
//! What is put in stands in a file, a message a line. It is handed out once, in its order: what is not
//! done at the first attempt ends the measurement anyway.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use local::problem::Problem;
use shared::deliver::queue::{DeadLetter, Message, Queue, QueueError, Sending};

/// The queue.
pub(super) struct Spool(Mutex<Ends>);

/// The two ends of the file.
struct Ends {
    writer: File,
    reader: BufReader<File>,
}

impl Spool {
    /// An empty one. Its file has no name any more, and is gone with the process.
    pub(super) fn open() -> Result<Self, Problem> {
        let failed = |error| Problem::new("there is no file for a queue", error);
        let path = std::env::temp_dir().join(format!("bench-digests-{}", process::id()));
        let writer = OpenOptions::new().append(true).create_new(true).open(&path);
        let writer = writer.map_err(failed)?;
        let reader = File::open(&path).map_err(failed)?;
        fs::remove_file(&path).map_err(failed)?;
        Ok(Self(Mutex::new(Ends { writer, reader: BufReader::new(reader) })))
    }

    /// The next messages, up to so many.
    pub(super) fn receive(&self, most: usize) -> Result<Vec<String>, Problem> {
        let mut ends = self.ends();
        let mut bodies = Vec::new();
        while bodies.len() < most {
            let mut line = String::new();
            let read = ends.reader.read_line(&mut line);
            if read.map_err(|error| Problem::new("the queue cannot be read", error))? == 0 {
                break;
            }
            bodies.push(line.trim_end().to_owned());
        }
        Ok(bodies)
    }

    fn add(&self, messages: &[Message]) -> Result<(), QueueError> {
        // JSON as it is written here has no line ends.
        let lines: String = messages.iter().flat_map(|message| [&*message.body, "\n"]).collect();
        let written = self.ends().writer.write_all(lines.as_bytes());
        written.map_err(|_no_room| QueueError::Unreachable { how: "file" })
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue for Spool {
    fn send(&self, messages: Vec<Message>) -> Sending<'_> {
        Box::pin(std::future::ready(self.add(&messages)))
    }

    /// The log says it too, and that ends the measurement.
    fn bury(&self, _: DeadLetter) -> Sending<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}
