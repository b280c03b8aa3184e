//! TLS by rustls and ring, chosen here and not by whatever the process installed.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig as TlsConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::ClientConfig;
use crate::Error;

/// Makes the TLS part of a client: the given authorities alone, or the system's.
pub(super) fn client_config(config: &ClientConfig) -> Result<TlsConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = TlsConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| fault("prometheusUrl", &error))?;
    // Without TLS no authority is asked for, and a system without any must not matter.
    let mut tls = if let Some(pem) = &config.ca_cert_pem {
        builder.with_root_certificates(authorities(pem)?).with_no_client_auth()
    } else if config.base_url.scheme() == "https" {
        let verifier = Verifier::new(provider).map_err(|error| fault("tlsCaCert", &error))?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    } else {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn authorities(pem: &str) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| fault("tlsCaCert", &error))?;
        store.add(certificate).map_err(|error| fault("tlsCaCert", &error))?;
    }
    if store.is_empty() {
        let message = "holds no certificate".to_owned();
        return Err(Error::Config { field: "tlsCaCert", message });
    }
    Ok(store)
}

fn fault(field: &'static str, error: &dyn std::fmt::Display) -> Error {
    Error::Config { field, message: error.to_string() }
}
