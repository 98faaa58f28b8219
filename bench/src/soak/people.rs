//! A thousand people in ten org units: what is stored of them, and their tokens.

use local::environment::{AUDIENCE, ISSUER};
use local::identity::Identity;
use local::problem::Problem;
use serde_json::json;
use shared::app::{Clock as _, SystemClock};

use crate::event::Happening;
use crate::seeding;
use crate::system::Measurable;

/// The org units.
const ORG_UNITS: [&str; 10] = [
    "acme",
    "globex",
    "initech",
    "umbrella",
    "hooli",
    "soylent",
    "tyrell",
    "cyberdyne",
    "wonka",
    "stark",
];

/// How many people each has.
const PEOPLE: u32 = 100;

/// How many notifications each person has.
const NOTIFICATIONS: u32 = 10;

/// For how long tokens are good, in seconds: longer than any run.
const GOOD_FOR: i64 = 2 * 24 * 60 * 60;

/// What everyone may do. Nobody is an admin: who is asks for no permission.
const PERMISSIONS: [&str; 6] = [
    "messaging:read",
    "messaging:update",
    "notifications:update",
    "issues:read",
    "events:write",
    "decisions:read",
];

/// Everyone.
pub(super) struct People {
    /// Their ids and tokens, so that two who follow one another are of two org units.
    pub(super) all: Vec<(String, String)>,
    /// When they came, in RFC 3339.
    pub(super) time: String,
    jwks: String,
}

impl People {
    /// Puts everyone into the engine there: in the directory and in a project, with a watch of an
    /// issue that was moved a few times since, and an inbox that says so.
    pub(super) async fn settle(endpoint: &str) -> Result<Self, Problem> {
        let system = Measurable::open(endpoint).await?;
        for org_unit in ORG_UNITS {
            seeding::seed(&system, org_unit, PEOPLE).await?;
            for number in 0..NOTIFICATIONS {
                let actor = seeding::actor(org_unit);
                Happening::Moved(&actor, number).tell(&system, org_unit).await?;
            }
            system.pump.drain().await;
            system.tally.take().check()?;
        }
        let Measurable { identity, .. } = system;
        let everyone = (0..PEOPLE).flat_map(|number| {
            ORG_UNITS.map(|org_unit| (org_unit, seeding::person(org_unit, number)))
        });
        let tokens = everyone.map(|(org_unit, user)| {
            let token = token(&identity, org_unit, &user)?;
            Ok((user, token))
        });
        let all = tokens.collect::<Result<_, Problem>>()?;
        let time = SystemClock.now().to_string();
        Ok(Self { all, time, jwks: identity.jwks().to_string() })
    }

    /// What functions are told besides, so that they believe these tokens.
    pub(super) fn environment(&self) -> [(String, String); 1] {
        [("AUTH_JWKS".to_owned(), self.jwks.clone())]
    }
}

fn token(identity: &Identity, org_unit: &str, user: &str) -> Result<String, Problem> {
    let now = SystemClock.now().as_second();
    identity.sign(&json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": user, "org_unit": org_unit,
        "permissions": PERMISSIONS, "iat": now, "exp": now.saturating_add(GOOD_FOR),
    }))
}
