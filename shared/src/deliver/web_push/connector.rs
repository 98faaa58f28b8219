//! A way to hosts whose names someone else chose: to public addresses alone, and to no others however they
//! are asked for.
//!
//! A name is resolved once, here. What it leads to is checked, and is what is connected to: a name that
//! leads elsewhere the next time is not asked a next time.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::vec;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::addresses::is_public;
use super::answer;
use crate::deliver::push::PushError;

/// The port of https, and the only one that is connected to.
const PORT: u16 = 443;

/// A connection to a host.
pub(super) type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

type Guarded = HttpsConnector<OnlyNames>;
type BoxError = Box<dyn Error + Send + Sync>;
type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
type Resolve = Arc<dyn Fn(Name) -> Resolving + Send + Sync>;

/// Opens connections. What it takes is put together when first used.
pub(super) struct Connector {
    guard: Guard,
    connector: OnceLock<Guarded>,
}

/// Where connections may lead.
#[derive(Clone)]
enum Guard {
    /// To the port of https at whatever a name leads to, if all of it is public.
    Public(Resolve),
    /// To an address of this very machine, whatever the name.
    ThisMachine(SocketAddr),
}

impl Connector {
    /// Connections to public addresses, encrypted, to whoever proves to have the host's name. The roots of
    /// trust are Mozilla's.
    pub(super) fn to_the_internet() -> Self {
        Self::guarded(Guard::Public(Arc::new(by_the_system)))
    }

    /// Connections to one address of this very machine, in plain text. `None` for an address of any other
    /// one.
    pub(super) fn to_this_machine(address: SocketAddr) -> Option<Self> {
        address.ip().is_loopback().then(|| Self::guarded(Guard::ThisMachine(address)))
    }

    fn guarded(guard: Guard) -> Self {
        Self { guard, connector: OnceLock::new() }
    }

    /// A connection to the host of that name.
    pub(super) async fn connect(&self, host: &str) -> Result<Stream, PushError> {
        let scheme = match self.guard {
            Guard::Public(_) => "https",
            Guard::ThisMachine(_) => "http",
        };
        let uri = Uri::builder().scheme(scheme).authority(host).path_and_query("/").build();
        let uri = uri.map_err(|_it_may_quote| super::unbuildable())?;
        self.open(uri).await
    }

    async fn open(&self, uri: Uri) -> Result<Stream, PushError> {
        let mut connector = self.connector.get_or_init(|| self.guard.connector()).clone();
        connector.call(uri).await.map_err(|error| {
            if is_blocked(&*error) { PushError::BlockedAddress } else { answer::out_of_reach() }
        })
    }
}

impl Guard {
    fn connector(&self) -> Guarded {
        let builder = HttpsConnectorBuilder::new().with_webpki_roots();
        let names = OnlyNames::behind(self);
        match self {
            Self::Public(_) => builder.https_only().enable_http1().wrap_connector(names),
            Self::ThisMachine(_) => builder.https_or_http().enable_http1().wrap_connector(names),
        }
    }
}

/// What the system makes of a name.
fn by_the_system(name: Name) -> Resolving {
    Box::pin(async {
        let addresses = GaiResolver::new().call(name).await?;
        Ok(addresses.map(|address| address.ip()).collect())
    })
}

/// The address is not public. It is not repeated.
#[derive(Debug, thiserror::Error)]
#[error("the address is not public")]
struct Blocked;

/// Whether that is why there is no connection. What wraps it is of several libraries.
fn is_blocked(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Blocked>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Where names lead.
impl Service<Name> for Guard {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = match guard {
                Self::ThisMachine(address) => vec![address],
                Self::Public(resolve) => {
                    let addresses = resolve(name).await?;
                    // One that is not, among others that are, is no mistake of an honest host.
                    if !addresses.iter().copied().all(is_public) {
                        return Err(Blocked.into());
                    }
                    addresses.into_iter().map(|address| (address, PORT).into()).collect()
                }
            };
            Ok(addresses.into_iter())
        })
    }
}

/// TCP to hosts that have names, at the port of their scheme: an address is never resolved, and so would
/// pass by the guard.
#[derive(Clone)]
struct OnlyNames(HttpConnector<Guard>);

impl OnlyNames {
    fn behind(guard: &Guard) -> Self {
        let mut connector = HttpConnector::new_with_resolver(guard.clone());
        // TLS is on top of it.
        connector.enforce_http(false);
        connector.set_nodelay(true);
        Self(connector)
    }
}

impl Service<Uri> for OnlyNames {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if host.parse::<IpAddr>().is_ok() || uri.port().is_some() {
            return Box::pin(std::future::ready(Err(Blocked.into())));
        }
        let connecting = self.0.call(uri);
        Box::pin(async { Ok(connecting.await?) })
    }
}

#[cfg(test)]
mod tests;
