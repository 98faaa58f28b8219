//! SMTP to a mail sink: emails as a mail program shows them.

use std::net::SocketAddr;
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use shared::deliver::email::{Email, EmailError, EmailSender, SendingEmail};
use shared::domain::text::Mailbox;

/// How long a server may take to say something.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends each email over a connection of its own, in the clear: a sink is on this machine.
pub struct SmtpSender {
    server: SocketAddr,
    from: Mailbox,
}

impl SmtpSender {
    /// A sender to that server; connects when used.
    #[must_use]
    pub fn new(server: SocketAddr, from: Mailbox) -> Self {
        Self { server, from }
    }

    async fn send_one(&self, Email { to, message, .. }: Email) -> Result<(), EmailError> {
        let address = |text: &str| {
            let refused = |_no_address| EmailError::Refused { code: "address".to_owned() };
            text.parse::<Address>().map_err(refused)
        };
        let (from, to) = (address(self.from.address().as_str())?, address(to.as_str())?);
        let envelope = Envelope::new(Some(from), vec![to])
            .map_err(|_nobody| EmailError::Refused { code: "envelope".to_owned() })?;
        let unreachable =
            |code: &str| EmailError::Later { code: code.to_owned(), retry_after: None };
        let hello = ClientId::default();
        let connect =
            AsyncSmtpConnection::connect_tokio1(self.server, Some(PATIENCE), &hello, None, None);
        // Nothing of the email is said before the server has greeted.
        let connection = tokio::time::timeout(PATIENCE, connect).await;
        let mut connection = connection
            .map_err(|_elapsed| unreachable("timeout"))?
            .map_err(|_it_may_quote| unreachable("unreachable"))?;
        // The client ends the last line itself.
        let message = message.strip_suffix(b"\r\n").unwrap_or(&message);
        let sent = tokio::time::timeout(PATIENCE, connection.send(&envelope, message)).await;
        let sent = sent.map_err(|_elapsed| EmailError::Unanswered { how: "timeout" })?;
        sent.map_err(|error| meaning(&error))?;
        // It was taken; how the connection ends changes nothing.
        tokio::time::timeout(PATIENCE, connection.quit()).await.ok();
        Ok(())
    }
}

/// What the server said, by its code alone: its words may quote addresses.
fn meaning(error: &Error) -> EmailError {
    let code = error.status().map_or_else(|| "client".to_owned(), |status| status.to_string());
    if error.is_transient() {
        EmailError::Later { code, retry_after: None }
    } else if error.is_permanent() || error.is_client() {
        EmailError::Refused { code }
    } else {
        EmailError::Unanswered { how: "connection" }
    }
}

impl EmailSender for SmtpSender {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        Ok(&self.from)
    }

    fn send(&self, email: Email) -> SendingEmail<'_> {
        Box::pin(self.send_one(email))
    }
}
