//! What is stored, seen and changed straight in the engine.

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;

use super::api::Api;

impl Api {
    /// Every item there is, in no order.
    pub(crate) async fn items(&self) -> Vec<serde_json::Value> {
        #[expect(clippy::disallowed_methods, reason = "a test looks at everything there is")]
        let everything = self.engine.scan().table_name(TABLE).send().await.expect("a scan");
        let items = everything.items.unwrap_or_default().into_iter();
        items.map(|item| serde_dynamo::from_item(item).expect("an item")).collect()
    }

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
}
