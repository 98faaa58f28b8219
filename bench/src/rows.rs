//! What is in the engine after all: the rows of inboxes, one by one.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::problem::Problem;

/// What every row of an inbox has, and nothing else has.
const OF_A_ROW: &str = "notifiable";

/// Every item; or the keys of those that have an attribute.
pub(crate) async fn everything(
    engine: &Client,
    with: Option<&str>,
) -> Result<Vec<HashMap<String, AttributeValue>>, Problem> {
    let (mut items, mut next) = (Vec::new(), None);
    loop {
        #[expect(
            clippy::disallowed_methods,
            reason = "whoever checks looks at everything there is"
        )]
        let mut scan = engine.scan().table_name(TABLE).set_exclusive_start_key(next);
        if let Some(attribute) = with {
            scan = scan.filter_expression("attribute_exists(#0)").projection_expression("pk,sk");
            scan = scan.expression_attribute_names("#0", attribute);
        }
        let page = Box::pin(scan.send()).await.map_err(|error| {
            Problem::new("the engine cannot be read", DisplayErrorContext(error))
        })?;
        items.extend(page.items.unwrap_or_default());
        next = page.last_evaluated_key;
        if next.is_none() {
            return Ok(items);
        }
    }
}

/// How many rows everyone has whose id begins like this. Who has none is not among them.
pub(crate) async fn by_person(
    engine: &Client,
    prefix: &str,
) -> Result<BTreeMap<String, u32>, Problem> {
    let mut rows = BTreeMap::new();
    for item in everything(engine, Some(OF_A_ROW)).await? {
        let partition = item.get("pk").and_then(|pk| pk.as_s().ok());
        let person = partition.and_then(|pk| pk.rsplit('#').next()).unwrap_or_default();
        if person.starts_with(prefix) {
            *rows.entry(person.to_owned()).or_default() += 1;
        }
    }
    Ok(rows)
}

/// Whether so many people of that org unit have so many rows each, and nobody else has any.
pub(crate) async fn check(
    engine: &Client,
    org_unit: &str,
    people: u32,
    each: u32,
) -> Result<(), Problem> {
    let rows = by_person(engine, &format!("{org_unit}-")).await?;
    if rows.contains_key(&crate::seeding::actor(org_unit)) {
        return Err(Problem(format!("who did it in {org_unit} is told of it")));
    }
    match rows.iter().find(|(_, rows)| **rows != each) {
        Some((person, rows)) => Err(Problem(format!("{person} has {rows} rows and not {each}"))),
        None if u32::try_from(rows.len()) != Ok(people) => {
            Err(Problem(format!("{} people of {org_unit} have rows and not {people}", rows.len())))
        }
        None => Ok(()),
    }
}
