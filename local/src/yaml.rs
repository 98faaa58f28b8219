//! YAML as JSON, with CloudFormation's short tags written out.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// Reads a YAML document. `!Ref x` becomes `{"Ref": x}`, `!Sub x` becomes `{"Fn::Sub": x}`.
///
/// # Errors
///
/// [`Problem`], if it is not one YAML document.
pub fn parse(text: &str) -> Result<Value, Problem> {
    let documents =
        Yaml::load_from_str(text).map_err(|error| Problem::new("this is not YAML", error))?;
    documents.first().map(convert).ok_or_else(|| Problem("this is an empty document".to_owned()))
}

fn convert(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => json!(value),
            Scalar::Integer(value) => json!(value),
            Scalar::FloatingPoint(value) => json!(value.into_inner()),
            Scalar::String(text) => json!(text),
        },
        Yaml::Sequence(elements) => elements.iter().map(convert).collect(),
        Yaml::Mapping(fields) => {
            let fields = fields.iter().map(|(name, value)| (text(name), convert(value)));
            Value::Object(Map::from_iter(fields))
        }
        Yaml::Tagged(tag, value) => {
            let function = match tag.suffix.as_str() {
                "Ref" | "Condition" => tag.suffix.clone(),
                name => format!("Fn::{name}"),
            };
            Value::Object(Map::from_iter([(function, convert(value))]))
        }
        Yaml::Representation(text, ..) => json!(text),
        Yaml::Alias(_) | Yaml::BadValue => Value::Null,
    }
}

fn text(name: &Yaml<'_>) -> String {
    let name = convert(name);
    name.as_str().map_or_else(|| name.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_are_written_out() {
        let yaml = parse("a: !Ref Table\nb: !GetAtt [Table, Arn]\n200: x\nc: '200'").unwrap();
        let json = json!({
            "a": {"Ref": "Table"}, "b": {"Fn::GetAtt": ["Table", "Arn"]}, "200": "x", "c": "200",
        });
        assert_eq!(yaml, json);
    }
}
