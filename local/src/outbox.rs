//! Where emails go that nobody sends: a file each, a mail sink, or the memory of a test.

mod faulty;
mod memory;
mod smtp;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use shared::app::Clock;
use shared::deliver::email::{Email, EmailError, EmailSender, SendingEmail};
use shared::domain::text::Mailbox;

pub use faulty::{EmailFault, FaultyEmail};
pub use memory::MemoryOutbox;
pub use smtp::SmtpSender;

use crate::private;
use crate::problem::Problem;

/// The folder's name in the one that everything local is in.
const NAME: &str = "outbox";

/// The outbox in the folder that everything local is in.
pub(crate) fn open_folder(local: &Path) -> Result<PathBuf, Problem> {
    let folder = local.join(NAME);
    let place = folder.display();
    fs::create_dir_all(&folder)
        .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
    Ok(folder)
}

/// A folder that takes each email as a file, `<milliseconds>-<number>.eml`, as it would have gone
/// over the wire. The number counts those of this process.
pub struct FileOutbox {
    folder: PathBuf,
    from: Mailbox,
    clock: Arc<dyn Clock>,
    taken: AtomicU64,
}

impl FileOutbox {
    /// The outbox in that folder, which everything local is in.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be written.
    pub fn open(local: &Path, from: Mailbox, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        Ok(Self { folder: open_folder(local)?, from, clock, taken: AtomicU64::new(0) })
    }

    fn write(&self, Email { message, .. }: &Email) -> Result<(), EmailError> {
        let milliseconds = self.clock.now().as_millisecond();
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let file = self.folder.join(format!("{milliseconds}-{number}.eml"));
        private::replace(&file, message).map_err(|error| EmailError::Later {
            code: error.kind().to_string(),
            retry_after: None,
        })
    }
}

impl EmailSender for FileOutbox {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        Ok(&self.from)
    }

    fn send(&self, email: Email) -> SendingEmail<'_> {
        Box::pin(std::future::ready(self.write(&email)))
    }
}
