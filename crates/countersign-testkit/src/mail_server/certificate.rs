use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// Writes a key and a certificate for those names into the folder, and returns the certificate of their authority, in PEM.
pub(super) fn certify(folder: &Path, names: &[&str]) -> String {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a certificate can be made"))
        .expect("a certificate can be made");
    let key = KeyPair::generate().expect("a certificate can be made");
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let certificate = CertificateParams::new(names)
        .expect("a certificate can be made")
        .signed_by(&key, &authority)
        .expect("a certificate can be made");
    std::fs::write(folder.join("certificate.pem"), certificate.pem()).expect("the folder is ours");
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).expect("the folder is ours");
    authority.as_ref().pem()
}
