//! The last look at a whole system.

use std::ops::Deref;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use local::outbox::MemoryOutbox;

use super::{Leaks, Secrets};
use crate::support::doubles::{MemoryLog, ScriptedSecrets};
use crate::support::mail;

/// Looks for leaks of a system when it goes.
pub(crate) struct AtTheEnd {
    leaks: Leaks,
    log: Arc<MemoryLog>,
    outbox: Arc<MemoryOutbox>,
    /// The keys of the deployment.
    keys: [Arc<ScriptedSecrets>; 3],
}

impl AtTheEnd {
    /// Nothing has come in yet but the keys.
    pub(crate) fn of(
        log: &Arc<MemoryLog>,
        outbox: &Arc<MemoryOutbox>,
        keys: [Arc<ScriptedSecrets>; 3],
    ) -> Self {
        let (log, outbox) = (Arc::clone(log), Arc::clone(outbox));
        Self { leaks: Leaks::default(), log, outbox, keys }
    }

    /// The engine, past the functions: what a test stores there is nobody's to say.
    pub(crate) fn past_the_functions(&self, engine: &Client) -> Client {
        let secrets = Arc::clone(&self.leaks.secrets);
        let config = engine.config().to_builder().interceptor(Stored(secrets));
        Client::from_conf(config.build())
    }
}

impl Deref for AtTheEnd {
    type Target = Leaks;

    fn deref(&self) -> &Leaks {
        &self.leaks
    }
}

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let secrets = &self.leaks.secrets;
        for keys in &self.keys {
            keys.now().iter().for_each(|keys| secrets.body(keys.as_bytes()));
        }
        for email in self.outbox.emails() {
            secrets.value(email.to.as_str());
            let link = mail::header(&String::from_utf8_lossy(&email.message), "List-Unsubscribe");
            let token = link.as_deref().and_then(|link| link.rsplit('/').next());
            secrets.value(token.unwrap_or_default().trim_end_matches('>'));
        }
        self.leaks.look(&self.log.lines());
    }
}

/// Gathers what is stored.
#[derive(Debug)]
struct Stored(Arc<Secrets>);

impl Intercept for Stored {
    fn name(&self) -> &'static str {
        "Stored"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.stored(context.request().body().bytes().unwrap_or_default());
        Ok(())
    }
}
