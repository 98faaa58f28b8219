//! A Slack on this machine: the Web API as its documentation describes it, over HTTP on a port.
//!
//! From <https://docs.slack.dev>: the methods' arguments, answers and error codes
//! (`reference/methods/users.list`, `chat.postMessage`, `auth.test`), pages and cursors
//! (`apis/web-api/pagination`), what a block may hold (`reference/block-kit/blocks`), tiers and
//! `Retry-After` (`apis/web-api/rate-limits`). Where that leaves something open, the module with the
//! rule says what it is here. A token is read from the header alone, and errors are answers with
//! status 200, other than `ratelimited` and what is out of order.

mod answer;
mod blocks;
mod fault;
mod folder;
mod limits;
mod memory;
mod post_message;
mod request;
mod server;
mod users_list;
mod workspace;

use std::sync::Arc;

use shared::app::Clock;
use shared::config::SlackApiUrl;
use shared::deliver::SlackWebApi;
use shared::deliver::secrets::Secrets;
use shared::slack::Slack;
use shared::telemetry::Log;

pub use fault::SlackFault;
pub use folder::SlackFolder;
pub use request::Call;
pub use server::start;
pub use workspace::{Message, Scope, User, Workspace, Workspaces};

use crate::environment::SLACK_TOKENS;
use crate::faults::Plan;
use crate::problem::Problem;
use memory::Memory;

/// A running Slack whose workspaces a test describes, and which fails as told. It ends with the
/// runtime.
pub struct LocalSlack {
    url: String,
    memory: Arc<Memory>,
}

impl LocalSlack {
    /// Starts one without any workspace. Its limits are counted by that clock.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no port to listen on.
    pub async fn start(clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let memory = Arc::new(Memory::default());
        let url = start(memory.clone(), clock).await?;
        Ok(Self { url, memory })
    }

    /// Where its Web API is: what `SLACK_API_URL` would be.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on, that token leads to that workspace. What was counted of its calls stays.
    pub fn set_workspace(&self, token: &str, workspace: Workspace) {
        self.memory.set_workspace(token, workspace);
    }

    /// From now on, calls meet this, whichever method they are of; [`LocalSlack::calls`] starts anew.
    pub fn set(&self, plan: Plan<SlackFault>) {
        self.memory.set(plan);
    }

    /// From now on, each call is shown to that before anything becomes of it: to let time pass with it,
    /// or to change a workspace between two pages.
    pub fn watch(&self, watcher: impl Fn(&Call) + Send + Sync + 'static) {
        self.memory.watch(Arc::new(watcher));
    }

    /// The calls that came since [`LocalSlack::set`], in their order, failed ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.memory.calls()
    }

    /// Every message that was accepted, in the order that they came.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.memory.messages()
    }

    /// As [`LocalSlack::messages`], and there are none again.
    #[must_use]
    pub fn take_messages(&self) -> Vec<Message> {
        self.memory.take_messages()
    }

    /// Waits until somebody has died of [`SlackFault::Die`]; each death is told once.
    pub async fn death(&self) {
        self.memory.death().await;
    }
}

/// What functions use a Slack with, by the URL of its Web API and the secrets with the tokens.
///
/// # Errors
///
/// [`Problem`], if it is no URL of one.
pub fn workspaces(
    url: &str,
    secrets: Arc<dyn Secrets>,
    log: Arc<dyn Log>,
) -> Result<Arc<Slack>, Problem> {
    let no_url = || Problem(format!("{url} is nothing where a Slack may be"));
    let url = SlackApiUrl::parse(url).ok_or_else(no_url)?;
    let api = Arc::new(SlackWebApi::new(&url));
    Ok(Arc::new(Slack::new(api, secrets, SLACK_TOKENS.to_owned(), log)))
}

#[cfg(test)]
mod tests;
