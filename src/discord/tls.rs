//! How the bot trusts Discord, for REST and gateway alike: rustls with ring, the built-in
//! authorities, and those that the system or `SSL_CERT_FILE` names.

use std::sync::{Arc, OnceLock};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

/// The configuration of every encrypted connection to Discord; the system's authorities are read once.
///
/// # Errors
/// The protocol versions do not fit the cryptography; a fault of the build.
pub(crate) fn trust() -> Result<Arc<ClientConfig>, Error> {
    static TRUST: OnceLock<Result<Arc<ClientConfig>, Error>> = OnceLock::new();
    TRUST.get_or_init(read).clone()
}

fn read() -> Result<Arc<ClientConfig>, Error> {
    let mut roots = RootCertStore::empty();
    // a container without certificates of its own still reaches Discord
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let system = rustls_native_certs::load_native_certs();
    if !system.errors.is_empty() {
        tracing::warn!(
            errors = system.errors.len(),
            "not all certificates that the system or SSL_CERT_FILE names could be read"
        );
    }
    roots.add_parsable_certificates(system.certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
