//! Texts and numbers as the store holds them.

use aws_sdk_dynamodb::types::AttributeValue;

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
