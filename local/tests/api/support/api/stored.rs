//! What is stored, straight in the engine.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;

use super::Api;

impl Api {
    /// Sets an attribute of a stored API key to that text, straight in the engine.
    pub(crate) async fn rewrite_api_key(&self, id: &str, attribute: &str, text: &str) {
        self.set_api_key(id, attribute, AttributeValue::S(text.to_owned())).await;
    }

    /// Sets an attribute of a stored API key, straight in the engine.
    pub(crate) async fn set_api_key(&self, id: &str, attribute: &str, value: AttributeValue) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.engine.update_item().table_name(TABLE);
        let update = update.key("pk", key(&format!("KEY#{id}"))).key("sk", key("KEY"));
        let update =
            update.update_expression("SET #0=:0").expression_attribute_names("#0", attribute);
        update.expression_attribute_values(":0", value).send().await.expect("an update");
    }

    /// Maps someone, who is in the directory by that, to a Slack user, straight in the engine.
    pub(crate) async fn map_to_slack(&self, org_unit: &str, user: &str, slack_user: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.engine.update_item().table_name(TABLE);
        let update = update.key("pk", text(&format!("OU#{org_unit}#USER#{user}")));
        let entry = [
            ("stamp", text("2026-03-13T13:00:00.000000000Z\tknown\t/directory")),
            ("email", text(&format!("{user}@{org_unit}.example"))),
            ("first_name", text("Jane")),
            ("last_name", text("Doe")),
            ("confirmed", AttributeValue::Bool(true)),
        ];
        let entry = entry.map(|(name, value)| (name.to_owned(), value));
        let update = update
            .key("sk", text("PREFS"))
            .update_expression("SET slack_user_id=:0, #1=:1, member_entries=:2")
            .expression_attribute_names("#1", format!("member.m-{user}"))
            .expression_attribute_values(":0", text(slack_user))
            .expression_attribute_values(":1", AttributeValue::M(entry.into()))
            .expression_attribute_values(":2", AttributeValue::N("1".to_owned()));
        update.send().await.expect("an update");
    }

    /// Makes each item that waits for a digest larger by so many bytes, straight in the engine.
    pub(crate) async fn pad_digest_items(&self, bytes: usize) {
        let padding = AttributeValue::S("x".repeat(bytes));
        for item in self.items().await {
            let (pk, sk) = (item["pk"].as_str().expect("text"), item["sk"].as_str().expect("text"));
            // A digest itself has one part less.
            if !sk.starts_with("DIGEST#") || sk.split('#').count() != 4 {
                continue;
            }
            let update = self.engine.update_item().table_name(TABLE);
            let update = update.key("pk", AttributeValue::S(pk.to_owned()));
            let update = update.key("sk", AttributeValue::S(sk.to_owned()));
            let update = update.update_expression("SET padding=:0");
            let update = update.expression_attribute_values(":0", padding.clone());
            update.send().await.expect("an update");
        }
    }

    /// Every item there is, in no order, of as many pages as it takes.
    pub(crate) async fn items(&self) -> Vec<serde_json::Value> {
        every_item(&self.engine).await
    }
}

/// Every item of the table in that engine, in no order, of as many pages as it takes.
pub(crate) async fn every_item(engine: &Client) -> Vec<serde_json::Value> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        #[expect(clippy::disallowed_methods, reason = "a test looks at everything there is")]
        let scan = engine.scan().table_name(TABLE).set_exclusive_start_key(after);
        let page = scan.send().await.expect("a scan");
        let found = page.items.unwrap_or_default().into_iter();
        items.extend(found.map(|item| serde_dynamo::from_item(item).expect("an item")));
        after = page.last_evaluated_key;
        if after.is_none() {
            return items;
        }
    }
}
