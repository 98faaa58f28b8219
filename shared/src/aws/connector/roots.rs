//! Whom to trust: Amazon, or whom a file names.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The trust anchors of AWS's service endpoints: Amazon Root CA 1 to 4 and Starfield Services Root
/// Certificate Authority G2 (<https://www.amazontrust.com/repository/>). In DER: PEM takes 30,000
/// instructions more for each, in every start.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("roots/amazon-root-ca-1.der"),
    include_bytes!("roots/amazon-root-ca-2.der"),
    include_bytes!("roots/amazon-root-ca-3.der"),
    include_bytes!("roots/amazon-root-ca-4.der"),
    include_bytes!("roots/starfield-services-root-ca-g2.der"),
];

/// Why it is not known whom to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file that `AWS_CA_BUNDLE` names cannot be read.
    #[error("the file of AWS_CA_BUNDLE cannot be read")]
    CaBundle(#[source] std::io::Error),
    /// The file holds something that is no certificate, or none at all.
    #[error("the file of AWS_CA_BUNDLE must hold certificates in PEM, and nothing that is broken")]
    Certificates,
}

/// Those of the file, which are in PEM, or Amazon's.
pub(super) fn trusted(bundle: Option<&Path>) -> Result<RootCertStore, TrustError> {
    let Some(file) = bundle else { return amazon() };
    bundled(&std::fs::read(file).map_err(TrustError::CaBundle)?)
}

fn amazon() -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    for certificate in AMAZON_ROOTS {
        roots.add(certificate.into()).map_err(|_refused| TrustError::Certificates)?;
    }
    Ok(roots)
}

fn bundled(pem: &[u8]) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let added = certificate.map(|certificate| roots.add(certificate));
        if !matches!(added, Ok(Ok(()))) {
            return Err(TrustError::Certificates);
        }
    }
    if roots.is_empty() { Err(TrustError::Certificates) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};

    use super::*;

    /// As <https://www.amazontrust.com/repository/> has them.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_pinned_roots_are_amazons_five() {
        let fingerprints = AMAZON_ROOTS.map(|root| {
            digest(&SHA256, root).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        });
        let fingerprints: [String; 5] = fingerprints;
        assert_eq!(fingerprints, FINGERPRINTS);
        assert_eq!(amazon().unwrap().len(), 5);
    }

    #[test]
    fn a_bundle_without_certificates_or_with_a_broken_one_is_refused() {
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let whole = rcgen::generate_simple_self_signed(Vec::new()).unwrap().cert.pem();
        assert_eq!(bundled(whole.as_bytes()).unwrap().len(), 1);
        for bundle in [b"".as_slice(), b"no certificate", broken] {
            assert!(matches!(bundled(bundle), Err(TrustError::Certificates)));
        }
        let mixed = [whole.as_bytes(), broken].concat();
        assert!(matches!(bundled(&mixed), Err(TrustError::Certificates)));
    }
}
