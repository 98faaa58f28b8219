//! Browsers that a developer made, and what came for them, as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::app::Clock;

use super::browser::Browser;
use super::fault::PushFault;
use super::request::Message;
use super::server::Messages;
use crate::outbox;
use crate::private;
use crate::problem::Problem;

/// The folder's name in the one that everything local is in.
const NAME: &str = "browsers";

/// Where the endpoints of such browsers are: a host that a push service has, so that it is on the list.
const ENDPOINTS: &str = "https://fcm.googleapis.com/fcm/send/local-";

/// A folder with a file for each browser. Each message becomes a file of the outbox,
/// `<milliseconds>-<number>.push.json`, with its text where it is for one of them; the number counts those
/// of this process.
pub struct PushFolder {
    browsers: PathBuf,
    outbox: PathBuf,
    clock: Arc<dyn Clock>,
    taken: AtomicU64,
}

impl PushFolder {
    /// The messages in that folder, which everything local is in.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the outbox cannot be written.
    pub fn open(local: &Path, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let (browsers, outbox) = (local.join(NAME), outbox::open_folder(local)?);
        Ok(Self { browsers, outbox, clock, taken: AtomicU64::new(0) })
    }

    /// Makes a browser in the folder that everything local is in, or takes the one of that name, and gives
    /// its subscription.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be kept, or the name is none of a file.
    pub fn subscribe(local: &Path, name: &str) -> Result<Value, Problem> {
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || !name.bytes().all(is_fine) {
            return Err(Problem(format!("{name} may hold only letters, digits, - and _")));
        }
        let folder = local.join(NAME);
        let file = folder.join(format!("{name}.json"));
        let place = file.display();
        let unwritable = |error| Problem::new(format!("{place} cannot be written"), error);
        let unreadable = |error| Problem::new(format!("{place} cannot be read"), error);
        fs::create_dir_all(&folder).map_err(unwritable)?;
        if !file.try_exists().map_err(unreadable)? {
            let browser = Browser::new(&format!("{ENDPOINTS}{name}"))?;
            let kept = json!(browser);
            private::keep(&file, format!("{kept:#}\n").as_bytes()).map_err(unwritable)?;
        }
        // Another process may have been first: the one on disk is the one that counts.
        read(&file)?.subscription()
    }

    /// The text of a message, where a browser of the folder can read it.
    fn text(&self, message: &Message) -> Option<String> {
        let files = fs::read_dir(&self.browsers).ok()?;
        let browsers = files.filter_map(|file| read(&file.ok()?.path()).ok());
        let mut browsers = browsers.filter(|browser| browser.endpoint() == message.endpoint);
        browsers.find_map(|browser| browser.read(&message.body).ok())
    }
}

fn read(file: &Path) -> Result<Browser, Problem> {
    let place = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Problem::new(format!("{place} cannot be read"), error))?;
    serde_json::from_str(&text)
        .map_err(|error| Problem::new(format!("{place} describes no browser"), error))
}

impl Messages for PushFolder {
    fn note(&self, _: &str) -> Option<PushFault> {
        None
    }

    fn keep(&self, message: Message) -> Result<(), Problem> {
        let text = self.text(&message);
        // What is JSON is shown as such.
        let text = text.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        let Message { endpoint, ttl, urgency, topic, key, token: _, contact, body } = message;
        let milliseconds = self.clock.now().as_millisecond();
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let file = self.outbox.join(format!("{milliseconds}-{number}.push.json"));
        let kept = json!({
            "endpoint": endpoint, "ttl": ttl, "urgency": urgency, "topic": topic, "key": key,
            "contact": contact, "body": URL_SAFE_NO_PAD.encode(body), "text": text,
        });
        private::replace(&file, format!("{kept:#}\n").as_bytes())
            .map_err(|error| Problem::new(format!("{} cannot be written", file.display()), error))
    }
}
