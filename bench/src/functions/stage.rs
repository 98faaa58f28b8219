//! What every function is measured on: the same stand-in, the same tokens, the same environment.

use std::sync::Arc;

use local::environment::{
    AUDIENCE, EMAIL_FROM, ERASURE_KEYS, ISSUER, PUSH_KEYS, SLACK_TOKENS, TABLE, UNSUBSCRIBE_KEYS,
    queue_url,
};
use local::identity::Identity;
use local::problem::Problem;
use local::slack::{LocalSlack, User, Workspace};
use local::template::{Function, Template, Variable};
use shared::app::SystemClock;

use super::events::{Event, Tokens, recorded_token};
use super::queues_and_secrets::Secrets;
use super::recorded;
use super::scratch::Scratch;
use super::stand_in::StandIn;
use super::world::{self, Means, World};

/// The function that others are compared by.
pub(crate) const COMPARED: &str = "get-notification-prefs";

/// The token of the one Slack workspace.
const SLACK_TOKEN: &str = "xoxb-bench";

/// How often members may be looked up at Slack: nobody is to wait for that here.
const LOOK_UPS_PER_MINUTE: usize = 1_000_000;

/// Where the root certificates of most systems are, for what has none of its own.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What functions are measured on.
pub(crate) struct Stage {
    /// What is deployed.
    pub(crate) template: Template,
    /// AWS.
    pub(crate) stand_in: StandIn,
    /// What is stored.
    pub(crate) world: World,
    /// Who asks.
    pub(crate) tokens: Tokens,
    /// What Lambda sets for every function, and what all of the deployment have.
    pub(crate) environment: Vec<(String, String)>,
    /// Files of this run.
    pub(crate) scratch: Scratch,
    jwks: String,
    slack: LocalSlack,
}

impl Stage {
    /// Sets everything up, with so many tokens. Call it in a `tokio::task::LocalSet`.
    pub(crate) async fn set(tokens: usize) -> Result<Self, Problem> {
        let (template, identity) = (Template::load()?, Identity::generate()?);
        let event = recorded::event(COMPARED)?;
        let recorded = recorded_token(&event).unwrap_or_default();
        let tokens = Tokens::sign(&identity, recorded, tokens)?;
        let slack = LocalSlack::start(Arc::new(SystemClock)).await?;
        let workspace = Workspace::of([User::new("U012AB3CD", "jane@example.com")]);
        let workspace = Workspace { users_list_per_minute: LOOK_UPS_PER_MINUTE, ..workspace };
        slack.set_workspace(SLACK_TOKEN, workspace);
        let slack_secret = (format!("{SLACK_TOKENS}acme"), SLACK_TOKEN.to_owned());
        let secrets = Secrets::of(world::secrets()?.into_iter().chain([slack_secret]));
        let means = Means {
            template: &template,
            identity: &identity,
            tokens: &tokens,
            secrets: &secrets,
            slack_url: slack.url(),
        };
        let world = World::make(&means).await?;
        let stand_in = StandIn::start(secrets).await?;
        let scratch = Scratch::make()?;
        let environment = lambda(&stand_in, &scratch)?;
        let jwks = identity.jwks().to_string();
        Ok(Self { template, stand_in, world, tokens, environment, scratch, jwks, slack })
    }

    /// What the template gives a function.
    pub(crate) fn environment_of(&self, function: &Function) -> Vec<(String, String)> {
        let declared = self.template.environment.iter().chain(&function.environment);
        declared.map(|(name, variable)| (name.clone(), self.value(name, variable))).collect()
    }

    /// What the template gives the function that others are compared by.
    pub(crate) fn environment_of_compared(&self) -> Vec<(String, String)> {
        let mut functions = self.template.functions.iter();
        let compared = functions.find(|function| function.name == COMPARED);
        compared.map(|function| self.environment_of(function)).unwrap_or_default()
    }

    /// What a function with one route is invoked with.
    pub(crate) fn event_of(&self, function: &str) -> Result<Event, Problem> {
        let routes = self.template.routes();
        let route = routes.iter().find(|route| route.function == function);
        let route = route.ok_or_else(|| Problem(format!("{function} has no route")))?;
        self.world.event(route)
    }

    fn value(&self, name: &str, variable: &Variable) -> String {
        let given = match name {
            "AUTH_ISSUER" => ISSUER,
            "AUTH_AUDIENCE" => AUDIENCE,
            "AUTH_JWKS" => &self.jwks,
            "EMAIL_FROM" => EMAIL_FROM,
            "ERASURE_KEYS_SECRET" => ERASURE_KEYS,
            "METRICS_NAMESPACE" | "TABLE_NAME" => TABLE,
            "PUBLIC_URL" => "",
            "PUSH_KEYS_SECRET" => PUSH_KEYS,
            "SLACK_API_URL" => self.slack.url(),
            "SLACK_TOKEN_SECRET_PREFIX" => SLACK_TOKENS,
            "UNSUBSCRIBE_KEYS_SECRET" => UNSUBSCRIBE_KEYS,
            "AWS_ENDPOINT_URL_DYNAMODB" => self.stand_in.store_url(),
            url if url.starts_with("AWS_ENDPOINT_URL_") => self.stand_in.services_url(),
            _ => {
                return match variable {
                    Variable::Value(value) => value.clone(),
                    Variable::Given(resource) => queue_url(resource),
                };
            }
        };
        given.to_owned()
    }
}

/// What Lambda sets, and how AWS is found here.
fn lambda(stand_in: &StandIn, scratch: &Scratch) -> Result<Vec<(String, String)>, Problem> {
    let roots = scratch.write("root.pem", stand_in.root())?;
    // What brings no roots along reads as many as it does elsewhere.
    let system =
        std::fs::read_to_string(SYSTEM_ROOTS).map_err(|error| Problem::new(SYSTEM_ROOTS, error))?;
    let all = scratch.write("roots.pem", &format!("{system}\n{}", stand_in.root()))?;
    // As long as those of temporary credentials: it is signed with every request.
    let session = "SessionToken".repeat(60);
    let (roots, all) = (roots.display().to_string(), all.display().to_string());
    let set = [
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_SESSION_TOKEN", session.as_str()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/measured"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("_HANDLER", "bootstrap"),
        ("AWS_CA_BUNDLE", roots.as_str()),
        ("AWS_ENDPOINT_URL", stand_in.store_url()),
        ("NODE_EXTRA_CA_CERTS", roots.as_str()),
        ("SSL_CERT_FILE", all.as_str()),
    ];
    Ok(set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
