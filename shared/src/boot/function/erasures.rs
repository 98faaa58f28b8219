//! What a `main` says that has to do with people who were erased.

use std::sync::Arc;

use super::{Function, Ready};
use crate::config::ErasureConfig;
use crate::deliver::{Ports, SecretsManager};
use crate::erasures::Erasures;
use crate::telemetry::StandardOutput;

impl<F: Function> Ready<F> {
    /// The function erases people, or works on what may name someone who was erased.
    #[must_use]
    pub fn with_erasures(self) -> Self {
        self.with(|config, connector, ports| {
            let ErasureConfig { keys_secret, endpoint } = config.erasures.clone()?;
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let erasures = Erasures::new(secrets, keys_secret, Arc::new(StandardOutput));
            Ok(Ports { erasures: Arc::new(erasures), ..ports })
        })
    }
}
