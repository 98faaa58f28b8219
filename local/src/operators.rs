//! What operators ask: functions that nothing triggers, invoked by their names.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::app::App;
use shared::boot::{Invocation, Undone, answer_operator};
use shared::failure::Failure;

use crate::problem::Problem;
use crate::template::Template;

/// A function as an operator invokes it: the same `answer_operator` that Lambda's loop calls.
pub type OperatorFunction =
    Rc<dyn Fn(Rc<App>, Box<RawValue>, Invocation) -> LocalBoxFuture<'static, Told>>;

/// What an operator is told.
pub type Told = Result<Value, Undone>;

/// Every function that operators ask, and for how long each may be at it.
pub struct Operators {
    app: Rc<App>,
    functions: BTreeMap<&'static str, (OperatorFunction, Duration)>,
}

/// Every function that operators ask, by its name.
#[must_use]
pub fn operator_functions() -> BTreeMap<&'static str, OperatorFunction> {
    BTreeMap::from([
        ("erase-person", operator_function(erase_person::handle)),
        ("export-person", operator_function(export_person::handle)),
    ])
}

/// Wraps the handler of a function that operators ask.
pub fn operator_function<H, Q, A>(handle: H) -> OperatorFunction
where
    H: AsyncFn(&App, Q, Duration) -> Result<A, Failure> + Clone + 'static,
    Q: DeserializeOwned + 'static,
    A: Serialize + 'static,
{
    Rc::new(move |app, question, invocation| {
        let handle = handle.clone();
        async move {
            let answer = answer_operator(&app, &handle, &question, &invocation).await?;
            // What Lambda writes can be written.
            Ok(serde_json::to_value(answer).unwrap_or_default())
        }
        .boxed_local()
    })
}

impl Operators {
    /// Those of the template.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the template lacks one of them.
    pub fn new(template: &Template, app: Rc<App>) -> Result<Self, Problem> {
        let timed = |(name, function)| {
            let declared = template.functions.iter().find(|declared| declared.name == name);
            let missing = || Problem(format!("template.yaml has no {name}"));
            Ok((name, (function, declared.ok_or_else(missing)?.timeout)))
        };
        let functions = operator_functions().into_iter().map(timed);
        Ok(Self { app, functions: functions.collect::<Result<_, Problem>>()? })
    }

    /// Asks a function, within its time or within that.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no such function, or it could not do what it was asked.
    pub async fn ask(
        &self,
        name: &str,
        question: &RawValue,
        within: Option<Duration>,
    ) -> Result<Value, Problem> {
        let function = self.functions.get_key_value(name);
        let (name, (function, timeout)) =
            function.ok_or_else(|| Problem(format!("no operator asks {name}")))?;
        let remaining = within.unwrap_or(*timeout);
        let invocation = Invocation { id: "local".to_owned(), function: (*name).into(), remaining };
        let asked = function(Rc::clone(&self.app), question.to_owned(), invocation);
        let told = AssertUnwindSafe(asked).catch_unwind().await;
        let told = told.map_err(|_panic| Problem(format!("{name} panicked")))?;
        told.map_err(|undone| Problem::new((*name).to_owned(), undone))
    }
}
