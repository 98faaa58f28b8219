//! What is to be done to a map without touching what else is in it.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Expression;

impl Expression {
    /// Sets a field of a map.
    pub(in crate::store) fn set_within(
        mut self,
        map: &str,
        field: &str,
        value: AttributeValue,
    ) -> Self {
        let assignment = format!("{}.{}={}", self.name(map), self.name(field), self.value(value));
        self.sets.push(assignment);
        self
    }

    /// On condition that a field of a map is that.
    pub(in crate::store) fn if_within(
        mut self,
        map: &str,
        field: &str,
        value: AttributeValue,
    ) -> Self {
        let condition = format!("{}.{}={}", self.name(map), self.name(field), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// On condition that a number is below that; and sets it.
    pub(in crate::store) fn set_if_later(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(format!("{name}<{value}"));
        self.sets.push(format!("{name}={value}"));
        self
    }
}
