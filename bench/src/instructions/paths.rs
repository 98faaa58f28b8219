//! The paths that are counted.

use std::path::PathBuf;

use local::problem::Problem;
use serde_json::{Value, json};

use crate::functions::callgrind::{after, further};
use crate::functions::events::Event;
use crate::functions::recorded;
use crate::functions::stage::Stage;
use crate::functions::subject::Subject;

/// How many requests a mean is of.
const REQUESTS: usize = 30;

/// How many tokens are asked for: one for each request, and one for the first.
pub(super) const TOKENS: usize = REQUESTS + 1;

/// Something that is counted.
pub(super) struct Path {
    /// What it is called.
    pub(super) name: &'static str,
    /// Whose it is.
    pub(super) function: &'static str,
    invoked_with: Invoked,
    part: Part,
}

/// What the function is invoked with.
enum Invoked {
    /// Its recorded event.
    Recorded,
    /// The recorded question, about so many people.
    About(u32),
    /// The message of an event that one person is told of in their inbox.
    Message,
}

/// Which part of a life is counted.
enum Part {
    /// From the start until it waits.
    Init,
    /// The first request.
    First,
    /// A further one, with a token not seen before.
    Distinct,
    /// A further one, with the token of the first where there is one.
    Repeated,
}

/// All of them, those of a function one after the other.
pub(super) const PATHS: [Path; 9] = [
    path("init", "get-notification-prefs", Invoked::Recorded, Part::Init),
    path("first GET", "get-notification-prefs", Invoked::Recorded, Part::First),
    path("verify and GET", "get-notification-prefs", Invoked::Recorded, Part::Distinct),
    path("GET, known token", "get-notification-prefs", Invoked::Recorded, Part::Repeated),
    path("verify and PUT", "put-notification-prefs", Invoked::Recorded, Part::Distinct),
    path("decide for one", "decide-delivery", Invoked::About(1), Part::Repeated),
    path("decide for a hundred", "decide-delivery", Invoked::About(100), Part::Repeated),
    path("inbox page", "list-notifications", Invoked::Recorded, Part::Repeated),
    path("dispatch to one", "dispatch-events", Invoked::Message, Part::Repeated),
];

const fn path(
    name: &'static str,
    function: &'static str,
    invoked_with: Invoked,
    part: Part,
) -> Path {
    Path { name, function, invoked_with, part }
}

impl Path {
    /// How many instructions it takes, of the program in that file.
    pub(super) async fn count(&self, stage: &Stage, file: PathBuf) -> Result<u64, Problem> {
        let declared = stage.template.functions.iter().find(|it| it.name == self.function);
        let declared = declared.ok_or_else(|| Problem(format!("no {}", self.function)))?;
        let event = self.event(stage)?;
        let Subject { program, event, .. } =
            Subject::function(stage, declared, event, file).await?;
        let count = async |tokens: &[usize]| after(stage, &program, &event, tokens).await;
        let further = async |tokens: &[usize]| further(stage, &program, &event, tokens).await;
        match self.part {
            Part::Init => count(&[]).await,
            Part::First => Ok(count(&[0]).await?.saturating_sub(count(&[]).await?)),
            Part::Distinct => further(&(0..=REQUESTS).collect::<Vec<_>>()).await,
            Part::Repeated => further(&[0; REQUESTS + 1]).await,
        }
    }

    fn event(&self, stage: &Stage) -> Result<Event, Problem> {
        match self.invoked_with {
            Invoked::Recorded => stage.event_of(self.function),
            Invoked::About(people) => {
                let mut event = recorded::event(self.function)?;
                let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
                let mut body: Value = serde_json::from_str(body)
                    .map_err(|error| Problem::new("the recorded question", error))?;
                if let Some(recipients) = body.get_mut("recipients") {
                    *recipients = (1..=people).collect();
                }
                recorded::set(&mut event, "/body", json!(body.to_string()));
                Ok(Event::new(event))
            }
            Invoked::Message => {
                let mut event = recorded::event(self.function)?;
                recorded::set(&mut event, "/Records/0/body", json!(stage.world.waiting));
                Ok(Event::new(event))
            }
        }
    }
}
