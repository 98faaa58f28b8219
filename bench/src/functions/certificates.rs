//! Certificates as AWS's endpoints have them: an RSA leaf below an RSA intermediate below a root.

use local::problem::Problem;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256,
};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// How long the keys are, in bits.
const KEY_BITS: usize = 2048;

/// What a server shows, and what a client trusts.
pub(crate) struct Certificates {
    /// The leaf and the intermediate.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// The leaf's key.
    pub(crate) key: PrivateKeyDer<'static>,
    /// The root, in PEM.
    pub(crate) root: String,
}

impl Certificates {
    /// Makes certificates of that host.
    pub(crate) fn of(host: &str) -> Result<Self, Problem> {
        let failed = |error: &dyn std::fmt::Display| Problem::new("no certificate", error);
        let root = CertifiedIssuer::self_signed(authority("Root"), key_pair()?);
        let root = root.map_err(|error| failed(&error))?;
        let middle = CertifiedIssuer::signed_by(authority("Intermediate"), key_pair()?, &root);
        let middle = middle.map_err(|error| failed(&error))?;
        let leaf = CertificateParams::new(vec![host.to_owned()]).map_err(|error| failed(&error))?;
        let key = key_pair()?;
        let leaf = leaf.signed_by(&key, &middle).map_err(|error| failed(&error))?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Self { chain: vec![leaf.der().clone(), middle.der().clone()], key, root: root.pem() })
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name.push(DnType::CommonName, format!("Benchmark {name} CA"));
    authority
}

/// `ring` signs with RSA keys, and makes none.
fn key_pair() -> Result<KeyPair, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new("no key can be made", error);
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, KEY_BITS);
    let key = key.map_err(|error| failed(&error))?;
    let pkcs8 = key.to_pkcs8_der().map_err(|error| failed(&error))?;
    let pkcs8 = PrivatePkcs8KeyDer::from(pkcs8.as_bytes());
    KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &PKCS_RSA_SHA256).map_err(|error| failed(&error))
}
