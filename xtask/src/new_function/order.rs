//! What `new-function` was asked for.

use crate::names;
use crate::template::Route;

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "PATCH", "DELETE"];

/// One surface of the API: whose words a refusal is said in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Surface {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// Its heading in the template, and its tag in the API description.
    pub(crate) title: &'static str,
    /// Its error type in `shared::http::surface`.
    pub(crate) error: &'static str,
    /// What the names of its responses in the API description start with.
    pub(crate) responses: &'static str,
    /// Whether a token without an org unit is told so with 400; elsewhere it is a bad credential.
    pub(crate) asks_for_org_unit: bool,
    /// Whether an API key is a credential, and refused with 403 where a person is needed.
    pub(crate) knows_machines: bool,
}

/// Every surface that a function can have.
const SURFACES: [Surface; 5] = [
    Surface {
        name: "lead-alerts",
        title: "Lead alerts",
        error: "LeadAlerts",
        responses: "",
        asks_for_org_unit: true,
        knows_machines: false,
    },
    Surface {
        name: "channel-preferences",
        title: "Channel preferences",
        error: "ChannelPreferences",
        responses: "ChannelPreferences",
        asks_for_org_unit: false,
        knows_machines: true,
    },
    Surface {
        name: "account-email",
        title: "Account email",
        error: "AccountEmail",
        responses: "AccountEmail",
        asks_for_org_unit: false,
        knows_machines: true,
    },
    Surface {
        name: "inbox",
        title: "Inbox and watching",
        error: "InboxAndWatching",
        responses: "Inbox",
        asks_for_org_unit: false,
        knows_machines: true,
    },
    Surface {
        name: "platform",
        title: "Platform",
        error: "Platform",
        responses: "",
        asks_for_org_unit: true,
        knows_machines: true,
    },
];

/// What every function may do: whoever calls it may present an API key, which is looked up.
pub(super) const LOOK_UP: &str = "dynamodb:GetItem";

/// A function to be made.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) name: String,
    pub(crate) route: Route,
    /// The IAM actions on the table, in their order.
    pub(crate) actions: Vec<String>,
    pub(crate) surface: &'static Surface,
}

impl Order {
    /// Reads the arguments of the command.
    ///
    /// # Errors
    /// Which argument is missing or wrong, and what would be right.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let [name, method, path, options @ ..] = arguments else {
            return Err("`new-function` needs a name, a method and a path".to_owned());
        };
        names::check_new(name)?;
        let mut order = Self {
            name: (*name).to_owned(),
            route: Route { method: check_method(method)?, path: check_path(path)?, line: 0 },
            actions: vec![LOOK_UP.to_owned()],
            surface: surface("lead-alerts")?,
        };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let value = options.next().ok_or_else(|| format!("`{option}` needs a value"))?;
            match *option {
                "--action" => order.actions.push(check_action(value)?),
                "--surface" => order.surface = surface(value)?,
                other => return Err(format!("`new-function` has no argument `{other}`")),
            }
        }
        order.actions.sort();
        order.actions.dedup();
        Ok(order)
    }
}

/// Whether a route may have it.
pub(super) fn is_method(method: &str) -> bool {
    METHODS.contains(&method)
}

fn check_method(method: &str) -> Result<String, String> {
    if is_method(method) {
        return Ok(method.to_owned());
    }
    Err(format!("the method `{method}` is not one of {}", METHODS.join(", ")))
}

fn check_path(path: &str) -> Result<String, String> {
    let segment = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let word = name.unwrap_or(segment);
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        !word.is_empty() && word.chars().all(letter)
    };
    match path.strip_prefix('/') {
        Some(rest) if rest.split('/').all(segment) => Ok(path.to_owned()),
        _ => Err(format!("the path `{path}` must be like `/members/{{org_member_id}}/slack`")),
    }
}

fn check_action(action: &str) -> Result<String, String> {
    match action.strip_prefix("dynamodb:") {
        Some(name) if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()) => {
            Ok(action.to_owned())
        }
        _ => Err(format!(
            "the action `{action}` must be one on the table, like `dynamodb:GetItem`, without wildcards; \
             rights on anything else are added to template.yaml by hand"
        )),
    }
}

fn surface(name: &str) -> Result<&'static Surface, String> {
    let names = SURFACES.each_ref().map(|surface| surface.name);
    let found = SURFACES.iter().find(|surface| surface.name == name);
    found.ok_or_else(|| format!("the surface `{name}` is not one of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_order_is_understood() {
        let order = Order::parse(&[
            "put-member-slack",
            "PUT",
            "/members/{org_member_id}/slack",
            "--action",
            "dynamodb:UpdateItem",
            "--surface",
            "platform",
            "--action",
            "dynamodb:Query",
        ])
        .unwrap();
        assert_eq!(order.route.to_string(), "PUT /members/{org_member_id}/slack");
        assert_eq!(order.actions, ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]);
        assert_eq!(order.surface.error, "Platform");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let get_item = ["--action", "dynamodb:GetItem"];
        let cases: [(&[&str], &str); 9] = [
            (&["get-a", "GET"], "needs a name, a method and a path"),
            (&["getA", "GET", "/a"], "`getA` must be"),
            (&["get-a", "get", "/a"], "the method `get`"),
            (&["get-a", "GET", "a"], "the path `a`"),
            (&["get-a", "GET", "/a//b"], "the path `/a//b`"),
            (&["get-a", "GET", "/a", "--verbose", "x"], "no argument `--verbose`"),
            (&["get-a", "GET", "/a", "--action"], "`--action` needs a value"),
            (&["get-a", "GET", "/a", "--action", "dynamodb:*"], "the action `dynamodb:*`"),
            (&["get-a", "GET", "/a", "--surface", "x"], "the surface `x`"),
        ];
        for (arguments, word) in cases {
            let error = Order::parse(arguments).unwrap_err();
            assert!(error.contains(word), "{arguments:?}: {error}");
        }
        let order = Order::parse(&["get-a", "GET", "/a"]).unwrap();
        assert_eq!(order.actions, ["dynamodb:GetItem"], "whoever calls may present an API key");
        assert!(Order::parse(&[&["get-a", "GET", "/a"], &get_item[..]].concat()).is_ok());
    }
}
