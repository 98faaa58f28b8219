//! Amazon SES: each email is one call, made once.

mod fault;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::{
    BehaviorVersion, Config, ConfigBag, Intercept, Region, RuntimeComponents,
};
use aws_sdk_sesv2::error::BoxError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::email::{Email, EmailError, EmailSender, SendingEmail};
use crate::aws::{self, Connector};
use crate::config::{AwsConfig, EmailConfig};
use crate::domain::text::Mailbox;

/// The tag of a message that says whose it is, the org unit and the user: each in base64url without
/// padding, since a tag takes few characters. What SES tells of a message later, it tells with them.
pub const ORG_UNIT_TAG: &str = "org_unit";

/// See [`ORG_UNIT_TAG`].
pub const USER_TAG: &str = "user";

/// A sender of emails at Amazon SES.
pub struct SesSender {
    client: Client,
    from: Mailbox,
    configuration_set: Option<String>,
}

impl SesSender {
    /// The sender of that configuration; connects when first used.
    ///
    /// It makes one attempt: SES knows no idempotency token, and so what was sent without an answer
    /// may not be sent again by a client that only looks at the connection.
    #[must_use]
    pub fn new(aws: &AwsConfig, config: &EmailConfig, connector: &Connector) -> Self {
        let EmailConfig { from, configuration_set, attempt_timeout, endpoint } = config.clone();
        let mut builder = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(aws.credentials.clone())
            .http_client(connector.client())
            .retry_config(RetryConfig::disabled())
            .interceptor(OneConnectionEach)
            .timeout_config(aws::timeouts(attempt_timeout));
        builder.set_endpoint_url(endpoint);
        Self { client: Client::from_conf(builder.build()), from, configuration_set }
    }

    async fn send_one(&self, email: Email) -> Result<(), EmailError> {
        let Email { org_unit, user, to, message } = email;
        let raw = RawMessage::builder().data(Blob::new(message)).build();
        let raw = raw.map_err(|_incomplete| fault::unbuildable())?;
        let sent = self
            .client
            .send_email()
            .from_email_address(self.from.address().as_str())
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .email_tags(tag(ORG_UNIT_TAG, org_unit.as_str())?)
            .email_tags(tag(USER_TAG, user.as_str())?)
            .send()
            .await;
        sent.map(drop).map_err(|error| fault::meaning(&error))
    }
}

/// Each email goes over a connection of its own. One that was kept while Lambda froze the process may be
/// gone without our knowing, and of what is written to such a one nobody can tell whether it arrived.
#[derive(Debug)]
struct OneConnectionEach;

impl Intercept for OneConnectionEach {
    fn name(&self) -> &'static str {
        "OneConnectionEach"
    }

    /// After the request was signed: the header is between the two ends of the connection alone.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("connection", "close");
        Ok(())
    }
}

fn tag(name: &str, id: &str) -> Result<MessageTag, EmailError> {
    let tag = MessageTag::builder().name(name).value(URL_SAFE_NO_PAD.encode(id)).build();
    tag.map_err(|_incomplete| fault::unbuildable())
}

impl EmailSender for SesSender {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        Ok(&self.from)
    }

    fn send(&self, email: Email) -> SendingEmail<'_> {
        Box::pin(self.send_one(email))
    }
}

#[cfg(test)]
mod tests;
