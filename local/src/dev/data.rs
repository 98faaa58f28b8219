//! Where the data is: in an engine of this process, or in another one.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use super::Options;
use crate::engine::{self, Storage};
use crate::problem::Problem;

/// The endpoint of the engine, and the place of its data in words.
pub(super) async fn start_engine(
    options: &Options,
    folder: &Path,
) -> Result<(String, String), Problem> {
    if let Some(endpoint) = &options.dynamodb_endpoint {
        return Ok((endpoint.clone(), format!("in the DynamoDB at {endpoint}")));
    }
    let (storage, place) = if options.in_memory {
        (Storage::Memory, "in memory".to_owned())
    } else {
        let data = options.data.clone().unwrap_or_else(|| folder.join("data"));
        let place = data.display();
        fs::create_dir_all(&data)
            .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
        lock(&data)?;
        (Storage::File(data.join("dynamodb.sqlite")), format!("in {place}"))
    };
    let address = options.dynamodb_listen.unwrap_or((Ipv4Addr::LOCALHOST, 0).into());
    let bound = engine::start(&storage, address).await?;
    // Whoever listens on every address is reached on this one.
    let ip = if bound.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { bound.ip() };
    Ok((format!("http://{}", SocketAddr::new(ip, bound.port())), place))
}

/// Keeps a second process from opening the same data, until this one ends.
fn lock(data: &Path) -> Result<(), Problem> {
    let place = data.display();
    let file = fs::File::create(data.join("lock"))
        .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
    file.try_lock().map_err(|error| match error {
        fs::TryLockError::WouldBlock => Problem(format!(
            "{place} is in use by another `cargo dev`; choose another folder with --data"
        )),
        fs::TryLockError::Error(error) => Problem::new(format!("{place} cannot be locked"), error),
    })?;
    // The lock goes with the file, and both with the process.
    std::mem::forget(file);
    Ok(())
}
