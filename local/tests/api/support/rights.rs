//! What each function may do by `template.yaml`, held against what it does in every test.

mod actions;
mod conditions;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use local::faults::FaultProxy;
use local::yaml;

pub(crate) use actions::{Access, accesses};
pub(crate) use conditions::Grant;

/// An action, and what it is done to.
pub(crate) type Right = (String, String);

/// What each function is granted, by its name.
pub(crate) static GRANTS: LazyLock<BTreeMap<String, Vec<Grant>>> = LazyLock::new(|| {
    let template = yaml::parse(include_str!("../../../../template.yaml")).expect("YAML");
    let resources = template["Resources"].as_object().expect("resources").values();
    let functions = resources.filter(|it| it["Type"] == "AWS::Serverless::Function");
    let granted = |properties: &serde_json::Value| {
        let folder = properties["CodeUri"].as_str().expect("a folder");
        let name = folder.rsplit('/').next().expect("a name");
        (name.to_owned(), conditions::grants(name, &properties["Policies"]))
    };
    functions.map(|function| granted(&function["Properties"])).collect()
});

/// Who is at work in a system.
#[derive(Default)]
pub(crate) struct AtWork {
    now: Cell<usize>,
    ever: Cell<usize>,
}

impl AtWork {
    /// Has a function do something, and fails if that takes a right which it has not. Where others are at work at the
    /// same time, nobody can say whose calls are whose.
    pub(crate) async fn hold_to_rights<T>(
        &self,
        function: &str,
        store: &FaultProxy,
        work: impl Future<Output = T>,
    ) -> T {
        let (first, ever) = (store.complete(), self.ever.get() + 1);
        self.ever.set(ever);
        let others = self.now.get();
        let here = Here::come(&self.now);
        let done = work.await;
        drop(here);
        if others == 0 && self.ever.get() == ever {
            check(function, store.complete_since(first));
        }
        done
    }
}

/// Somebody who is at work, until they are done or given up.
struct Here<'a>(&'a Cell<usize>);

impl<'a> Here<'a> {
    fn come(now: &'a Cell<usize>) -> Self {
        now.set(now.get() + 1);
        Self(now)
    }
}

impl Drop for Here<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

fn check(function: &str, calls: Vec<(String, serde_json::Value)>) {
    let grants = &GRANTS[function];
    for access in calls.iter().flat_map(|(call, body)| accesses(call, body)) {
        let is_granted = grants.iter().any(|grant| grant.allows(&access));
        assert!(is_granted, "{function} may not do {access:?}");
    }
}
