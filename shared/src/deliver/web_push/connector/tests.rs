//! Where connections lead, and where none does. Names are resolved by the tests; nothing leaves this
//! machine.

use std::sync::Mutex;

use pretty_assertions::assert_eq;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// Resolves every name to the next of those lists; the last one is for whatever comes after.
fn resolving_to(answers: &'static [&'static [&'static str]]) -> (Guard, Arc<Mutex<usize>>) {
    let asked = Arc::new(Mutex::new(0));
    let counter = asked.clone();
    let resolve = move |_: Name| -> Resolving {
        let mut asked = counter.lock().unwrap();
        let answer = answers[(*asked).min(answers.len() - 1)];
        *asked += 1;
        let addresses = answer.iter().map(|address| address.parse().unwrap()).collect();
        Box::pin(std::future::ready(Ok(addresses)))
    };
    (Guard::Public(Arc::new(resolve)), asked)
}

async fn led_to(mut guard: Guard) -> Option<Vec<String>> {
    let addresses = guard.call("fcm.googleapis.com".parse().unwrap()).await;
    match addresses {
        Ok(addresses) => Some(addresses.map(|address| address.to_string()).collect()),
        Err(error) => {
            assert!(is_blocked(&*error), "{error}");
            None
        }
    }
}

#[tokio::test]
async fn a_name_leads_to_the_port_of_https_at_all_it_resolves_to() {
    let (guard, _) = resolving_to(&[&["142.250.74.10", "2a00:1450:400f:80d::200a"]]);
    let expected = ["142.250.74.10:443", "[2a00:1450:400f:80d::200a]:443"];
    assert_eq!(led_to(guard).await.unwrap(), expected);
}

#[tokio::test]
async fn a_name_that_leads_to_one_address_that_is_not_public_leads_nowhere() {
    for answers in [
        &[&["127.0.0.1"] as &[&str]] as &'static [_],
        &[&["169.254.169.254"] as &[&str]],
        &[&["142.250.74.10", "10.0.0.1"] as &[&str]],
        &[&["::1", "142.250.74.10"] as &[&str]],
        &[&["::ffff:192.168.0.1"] as &[&str]],
        &[&["fd00:ec2::254"] as &[&str]],
        &[&["64:ff9b::a9fe:a9fe"] as &[&str]],
    ] {
        let (guard, _) = resolving_to(answers);
        assert_eq!(led_to(guard.clone()).await, None, "{answers:?}");
        let refused = Connector::guarded(guard).connect("fcm.googleapis.com").await;
        assert_eq!(refused.err(), Some(PushError::BlockedAddress), "{answers:?}");
    }
}

#[tokio::test]
async fn a_name_is_resolved_once_and_not_again_to_connect() {
    // It leads elsewhere each time it is asked: what was checked must be what is connected to.
    let (guard, asked) = resolving_to(&[&["127.0.0.1"], &["142.250.74.10"]]);
    let refused = Connector::guarded(guard).connect("fcm.googleapis.com").await;
    assert_eq!(refused.err(), Some(PushError::BlockedAddress));
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[tokio::test]
async fn an_address_instead_of_a_name_is_refused_also_a_public_one() {
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "142.250.74.10"] {
        let (guard, asked) = resolving_to(&[&["142.250.74.10"]]);
        let refused = Connector::guarded(guard).connect(host).await;
        assert_eq!(refused.err(), Some(PushError::BlockedAddress), "{host}");
        assert_eq!(*asked.lock().unwrap(), 0, "{host}");
    }
}

#[tokio::test]
async fn addresses_in_other_notations_are_names_that_the_system_leads_to_them() {
    // The C library reads each as an address of this machine, or knows no such name.
    for host in ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost"] {
        let refused = Connector::to_the_internet().connect(host).await.err().unwrap();
        let is_refused = [PushError::BlockedAddress, answer::out_of_reach()].contains(&refused);
        assert!(is_refused, "{host}: {refused:?}");
    }
    let localhost = Connector::to_the_internet().connect("localhost").await;
    assert_eq!(localhost.err(), Some(PushError::BlockedAddress));
}

#[tokio::test]
async fn another_port_and_another_scheme_are_refused() {
    let (guard, asked) = resolving_to(&[&["142.250.74.10"]]);
    let connector = Connector::guarded(guard);
    for uri in ["https://fcm.googleapis.com:8443/", "https://fcm.googleapis.com:443/"] {
        let refused = connector.open(uri.parse().unwrap()).await;
        assert_eq!(refused.err(), Some(PushError::BlockedAddress), "{uri}");
    }
    let plain = connector.open("http://fcm.googleapis.com/".parse().unwrap()).await;
    assert_eq!(plain.err(), Some(answer::out_of_reach()));
    assert_eq!(*asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_out_of_reach() {
    let resolve =
        |_: Name| -> Resolving { Box::pin(std::future::ready(Err(io::Error::other("no")))) };
    let connector = Connector::guarded(Guard::Public(Arc::new(resolve)));
    let nowhere = connector.connect("fcm.googleapis.com").await;
    assert_eq!(nowhere.err(), Some(answer::out_of_reach()));
}

#[test]
fn only_an_address_of_this_very_machine_opens_the_guard() {
    for (address, is_open) in [
        ("127.0.0.1:9", true),
        ("[::1]:9", true),
        ("10.0.0.1:443", false),
        ("0.0.0.0:443", false),
        ("[::ffff:127.0.0.1]:443", false),
        ("169.254.169.254:80", false),
        ("142.250.74.10:443", false),
    ] {
        let connector = Connector::to_this_machine(address.parse().unwrap());
        assert_eq!(connector.is_some(), is_open, "{address}");
    }
}

/// A way to a peer of this machine that trusts these roots, with TLS as to the Internet.
fn encrypted_to(address: SocketAddr, roots: RootCertStore) -> Connector {
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let guard = Guard::ThisMachine(address);
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_only().enable_http1();
    let connector = OnceLock::from(builder.wrap_connector(OnlyNames::behind(&guard)));
    Connector { guard, connector }
}

#[tokio::test]
async fn whoever_does_not_prove_to_have_the_hosts_name_is_out_of_reach() {
    let name = "updates.push.services.mozilla.com";
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).unwrap();
    let server = ServerConfig::builder().with_no_client_auth();
    let key = signing_key.serialize_der().try_into().unwrap();
    let server = server.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                stream.shutdown().await.ok();
            }
        }
    });
    let mut trusting = RootCertStore::empty();
    trusting.add(cert.der().clone()).unwrap();
    let trusting_nobody = RootCertStore::empty();
    for (roots, host, is_connected) in [
        (&trusting, name, true),
        (&trusting, "fcm.googleapis.com", false),
        (&trusting_nobody, name, false),
    ] {
        let uri = format!("https://{host}/").parse().unwrap();
        let connected = encrypted_to(address, roots.clone()).open(uri).await;
        let expected = if is_connected { None } else { Some(answer::out_of_reach()) };
        assert_eq!(connected.err(), expected, "{host}");
    }
    peer.abort();
}
