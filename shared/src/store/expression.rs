//! An update of one item, and on what condition, as DynamoDB's expressions.

mod update;
mod within;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub(super) use update::Updated;

use crate::domain::event::Stamp;

/// What is to be done to an item. Names and values have stand-ins, so that no name is reserved.
#[derive(Debug, Default)]
pub(super) struct Expression {
    sets: Vec<String>,
    removals: Vec<String>,
    sums: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expression {
    /// Sets an attribute.
    pub(super) fn set(mut self, attribute: &str, value: AttributeValue) -> Self {
        let assignment = format!("{}={}", self.name(attribute), self.value(value));
        self.sets.push(assignment);
        self
    }

    /// Sets attributes.
    pub(super) fn set_all(
        self,
        attributes: impl IntoIterator<Item = (String, AttributeValue)>,
    ) -> Self {
        attributes.into_iter().fold(self, |this, (attribute, value)| this.set(&attribute, value))
    }

    /// Sets an attribute that is not there; one that is stays as it is.
    pub(super) fn set_if_absent(mut self, attribute: &str, value: AttributeValue) -> Self {
        let name = self.name(attribute);
        let assignment = format!("{name}=if_not_exists({name},{})", self.value(value));
        self.sets.push(assignment);
        self
    }

    /// Sets an attribute, or takes it away.
    pub(super) fn set_or_remove(self, attribute: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(attribute, value),
            None => self.remove(attribute),
        }
    }

    /// On condition that a number is at most that, or not there.
    pub(super) fn if_at_most(mut self, attribute: &str, most: i64) -> Self {
        let (name, most) = (self.name(attribute), self.value(AttributeValue::N(most.to_string())));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name}<={most})"));
        self
    }

    /// Takes an attribute away.
    pub(super) fn remove(mut self, attribute: &str) -> Self {
        let name = self.name(attribute);
        self.removals.push(name);
        self
    }

    /// Adds to a number, which is 0 where it is not there.
    pub(super) fn add(mut self, attribute: &str, number: i64) -> Self {
        let number = self.value(AttributeValue::N(number.to_string()));
        let sum = format!("{} {number}", self.name(attribute));
        self.sums.push(sum);
        self
    }

    /// Adds one to a number, which is 0 where it is not there, on condition that it is below `most`.
    pub(super) fn add_up_to(mut self, attribute: &str, most: i64) -> Self {
        let name = self.name(attribute);
        let most = self.value(AttributeValue::N(most.to_string()));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name}<{most})"));
        self.add(attribute, 1)
    }

    /// On condition that the attribute is older than that stamp, or not there; and sets it.
    pub(super) fn stamp_if_newer(mut self, attribute: &str, stamp: &Stamp) -> Self {
        let name = self.name(attribute);
        let value = self.value(AttributeValue::S(stamp.as_str().to_owned()));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name}<{value})"));
        self.sets.push(format!("{name}={value}"));
        self
    }

    /// On condition that the attribute is that, or that it is not there.
    pub(super) fn if_still(mut self, attribute: &str, was: Option<AttributeValue>) -> Self {
        let name = self.name(attribute);
        let condition = match was {
            None => format!("attribute_not_exists({name})"),
            Some(was) => format!("{name}={}", self.value(was)),
        };
        self.conditions.push(condition);
        self
    }

    /// On condition that the attribute is there.
    pub(super) fn if_there(mut self, attribute: &str) -> Self {
        let condition = format!("attribute_exists({})", self.name(attribute));
        self.conditions.push(condition);
        self
    }

    /// On condition that the attribute is not there, or is that already.
    pub(super) fn if_absent_or(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(format!("(attribute_not_exists({name}) OR {name}={value})"));
        self
    }

    /// On condition that one attribute is not there, or that another one is a number of at most that.
    pub(super) fn if_absent_or_at_most(mut self, absent: &str, number: &str, most: i64) -> Self {
        let (absent, number) = (self.name(absent), self.name(number));
        let most = self.value(AttributeValue::N(most.to_string()));
        self.conditions.push(format!("(attribute_not_exists({absent}) OR {number}<={most})"));
        self
    }

    fn name(&mut self, attribute: &str) -> String {
        let stand_in = format!("#{}", self.names.len());
        self.names.insert(stand_in.clone(), attribute.to_owned());
        stand_in
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let stand_in = format!(":{}", self.values.len());
        self.values.insert(stand_in.clone(), value);
        stand_in
    }

    fn update(&self) -> String {
        let clauses = [("SET", &self.sets), ("REMOVE", &self.removals), ("ADD", &self.sums)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(",")));
        clauses.collect::<Vec<_>>().join(" ")
    }

    fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }
}
