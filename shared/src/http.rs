//! The edge: a request comes in as an API Gateway event, an answer goes out as one.

pub mod body;
pub mod cloud_event;
mod entity_tag;
mod inbound;
pub mod path;
pub mod query;
mod reply;
pub mod surface;
pub mod violation;

pub use inbound::{Inbound, RequestId};
pub(crate) use reply::JSON;
pub use reply::{Accepted, Created, Json, NoContent, Outbound, Replayable, Reply, Status, Tagged};
