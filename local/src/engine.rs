//! A DynamoDB engine in the process, and the table of the template in it.

use std::net::SocketAddr;
use std::path::PathBuf;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, LocalSecondaryIndex,
    Projection, TimeToLiveSpecification,
};
use dynoxide::Database;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::problem::Problem;

/// Where the engine keeps its data.
#[derive(Debug, Clone)]
pub enum Storage {
    /// Nowhere: it is gone with the process.
    Memory,
    /// In that file.
    File(PathBuf),
}

/// Starts an engine and serves the DynamoDB API. Gives the address it listens on; port 0 takes a
/// free one. It ends with the runtime.
///
/// # Errors
///
/// [`Problem`], if the data cannot be opened or the address is taken.
pub async fn start(storage: &Storage, address: SocketAddr) -> Result<SocketAddr, Problem> {
    let database = match storage {
        Storage::Memory => Database::memory(),
        Storage::File(file) => Database::new(&file.to_string_lossy()),
    };
    let database =
        database.map_err(|error| Problem::new("the data cannot be opened", error.to_string()))?;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Problem::new(format!("the DynamoDB engine cannot listen on {address}"), error)
    })?;
    let bound = listener.local_addr();
    let bound = bound.map_err(|error| Problem::new("the engine has no address", error))?;
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Ok(bound)
}

/// A plain client of that engine, for what the functions themselves may not do.
#[must_use]
pub fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}

/// Creates the table as the template has it, unless it is there.
///
/// # Errors
///
/// [`Problem`], if the engine does not answer or does not take the template's table.
pub async fn create_table(client: &Client, name: &str, properties: &Value) -> Result<(), Problem> {
    let failed = |error: String| Problem::new("the table cannot be created", error);
    let created = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(read(properties, "AttributeDefinitions", attribute)?))
        .set_key_schema(Some(read(properties, "KeySchema", key_element)?))
        .set_local_secondary_indexes(some(read(properties, "LocalSecondaryIndexes", local_index)?))
        .set_global_secondary_indexes(some(read(
            properties,
            "GlobalSecondaryIndexes",
            global_index,
        )?))
        .send()
        .await;
    match created {
        Ok(_) => {}
        Err(error) if is_there_already(&error) => return Ok(()),
        Err(error) => return Err(failed(DisplayErrorContext(error).to_string())),
    }
    let expiry = properties.pointer("/TimeToLiveSpecification/AttributeName");
    if let Some(attribute) = expiry.and_then(Value::as_str) {
        let expiry =
            TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build();
        let expiry = expiry.map_err(|error| failed(error.to_string()))?;
        let updated = client
            .update_time_to_live()
            .table_name(name)
            .time_to_live_specification(expiry)
            .send()
            .await;
        updated.map_err(|error| failed(error.into_service_error().to_string()))?;
    }
    Ok(())
}

fn is_there_already(error: &SdkError<CreateTableError>) -> bool {
    error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception)
}

fn read<T>(
    properties: &Value,
    name: &str,
    element: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, Problem> {
    let elements = properties.get(name).and_then(Value::as_array);
    let elements = elements.map(Vec::as_slice).unwrap_or_default();
    let elements: Option<Vec<T>> = elements.iter().map(element).collect();
    elements.ok_or_else(|| Problem(format!("template.yaml: {name} of the table makes no sense")))
}

/// DynamoDB takes no empty list of indexes.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn text<'a>(json: &'a Value, name: &str) -> Option<&'a str> {
    json.get(name)?.as_str()
}

fn attribute(json: &Value) -> Option<AttributeDefinition> {
    AttributeDefinition::builder()
        .attribute_name(text(json, "AttributeName")?)
        .attribute_type(text(json, "AttributeType")?.into())
        .build()
        .ok()
}

fn key_element(json: &Value) -> Option<KeySchemaElement> {
    KeySchemaElement::builder()
        .attribute_name(text(json, "AttributeName")?)
        .key_type(text(json, "KeyType")?.into())
        .build()
        .ok()
}

fn key_schema(json: &Value) -> Option<Vec<KeySchemaElement>> {
    json.get("KeySchema")?.as_array()?.iter().map(key_element).collect()
}

fn projection(json: &Value) -> Option<Projection> {
    let kind = text(json.get("Projection")?, "ProjectionType")?;
    Some(Projection::builder().projection_type(kind.into()).build())
}

fn local_index(json: &Value) -> Option<LocalSecondaryIndex> {
    LocalSecondaryIndex::builder()
        .index_name(text(json, "IndexName")?)
        .set_key_schema(Some(key_schema(json)?))
        .projection(projection(json)?)
        .build()
        .ok()
}

fn global_index(json: &Value) -> Option<GlobalSecondaryIndex> {
    GlobalSecondaryIndex::builder()
        .index_name(text(json, "IndexName")?)
        .set_key_schema(Some(key_schema(json)?))
        .projection(projection(json)?)
        .build()
        .ok()
}
