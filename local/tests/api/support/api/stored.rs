//! What is stored, straight in the engine.

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

    /// Maps someone to a Slack user, straight in the engine.
    pub(crate) async fn map_to_slack(&self, org_unit: &str, user: &str, slack_user: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.engine.update_item().table_name(TABLE);
        let update = update.key("pk", text(&format!("OU#{org_unit}#USER#{user}")));
        let update = update.key("sk", text("PREFS")).update_expression("SET slack_user_id=:0");
        update.expression_attribute_values(":0", text(slack_user)).send().await.expect("an update");
    }

    /// Every item there is, in no order.
    pub(crate) async fn items(&self) -> Vec<serde_json::Value> {
        #[expect(clippy::disallowed_methods, reason = "a test looks at everything there is")]
        let everything = self.engine.scan().table_name(TABLE).send().await.expect("a scan");
        let items = everything.items.unwrap_or_default().into_iter();
        items.map(|item| serde_dynamo::from_item(item).expect("an item")).collect()
    }
}
