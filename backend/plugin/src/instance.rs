//! One datasource as configured: its settings, and the clients that were built from them once.

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    error::Error,
    limits::{CONNECT_TIMEOUT_MAX, INSTANCES_MAX},
    metrics::Metrics,
    proto::pluginv2::DataSourceInstanceSettings,
    service_client::ServiceClient,
    settings::{self, Fault, Faults, Part, Settings},
};

/// A datasource, ready to be asked.
#[derive(Debug)]
pub(crate) struct Instance {
    /// Its settings.
    pub(crate) settings: Settings,
    /// The client for every upstream: HTTP/1.1, no redirects, no proxy, no total time limit (each
    /// caller sets one).
    pub(crate) http: Part<reqwest::Client>,
    /// The service; `None` if it is not configured.
    pub(crate) service: Part<Option<ServiceClient>>,
    /// Where requests to upstreams are counted.
    pub(crate) metrics: Arc<Metrics>,
}

impl Instance {
    fn new(source: &DataSourceInstanceSettings, metrics: &Arc<Metrics>) -> Self {
        let settings = settings::read(source);
        let http = http_client(&settings);
        let service = match (&settings.service, &http) {
            (Err(faults), _) | (Ok(Some(_)), Err(faults)) => Err(faults.clone()),
            (Ok(None), _) => Ok(None),
            (Ok(Some(service)), Ok(http)) => {
                Ok(Some(ServiceClient::new(http.clone(), service.clone(), Arc::clone(metrics))))
            }
        };
        Self { settings, http, service, metrics: Arc::clone(metrics) }
    }

    /// Returns the service.
    ///
    /// # Errors
    /// When it is not configured, or wrongly.
    pub(crate) fn service(&self) -> Result<&ServiceClient, Error> {
        match &self.service {
            Ok(Some(service)) => Ok(service),
            Ok(None) => Err(Error::NotConfigured {
                upstream: "the service".to_owned(),
                setting: "serviceUrl",
            }),
            Err(faults) => Err(faults.clone().into()),
        }
    }
}

fn http_client(settings: &Settings) -> Part<reqwest::Client> {
    // Fails when it has been done before, which is as good.
    rustls::crypto::ring::default_provider().install_default().ok();
    let timeout = settings.timeout.clone()?;
    let certificates = settings.certificates.clone()?;
    let builder = || {
        reqwest::Client::builder()
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A shorter wait than the whole tells "not reached" from "lost after sending".
            .connect_timeout(CONNECT_TIMEOUT_MAX.min(timeout.mul_f64(0.8)))
            .pool_idle_timeout(Duration::from_mins(1))
            .user_agent(concat!("leverframe/", env!("CARGO_PKG_VERSION")))
    };
    if let Ok(client) = builder().tls_certs_merge(certificates.clone()).build() {
        return Ok(client);
    }
    // A machine without any certificates of its own must not keep us from plain HTTP.
    tracing::warn!("no certificates of the system can be used: https needs tlsCaCert");
    builder().tls_certs_only(certificates).build().map_err(|error| {
        let why = format!("no TLS client can be made of it: {}", crate::error::causes(error));
        Faults(vec![Fault::new("tlsCaCert", why)])
    })
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    org: i64,
    uid: String,
    updated: i64,
    /// Of all that is read, secrets included, under a key that this process alone has: a time stamp
    /// of Grafana's is no proof that nothing changed.
    digest: u64,
}

impl Key {
    fn is_other_self(&self, other: &Self) -> bool {
        self.org == other.org && self.uid == other.uid && self != other
    }
}

type Kept = VecDeque<(Key, Arc<Instance>)>;

/// The instances in use, the latest last.
#[derive(Debug)]
pub(crate) struct Instances {
    metrics: Arc<Metrics>,
    digests: RandomState,
    kept: Mutex<Kept>,
}

impl Instances {
    /// Makes an empty shelf; the instances count their requests in `metrics`.
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { metrics, digests: RandomState::new(), kept: Mutex::default() }
    }

    /// Returns the instance of `org` with exactly these settings, made now if it is new. One with
    /// the same uid and other settings is forgotten.
    pub(crate) fn get(&self, org: i64, source: &DataSourceInstanceSettings) -> Arc<Instance> {
        let key = self.key(org, source);
        if let Some(instance) = take_up(&mut self.kept(), &key) {
            return instance;
        }
        // Made without the lock: certificates and keys are read, and others must not wait for that.
        let made = Arc::new(Instance::new(source, &self.metrics));
        let mut kept = self.kept();
        if let Some(instance) = take_up(&mut kept, &key) {
            return instance;
        }
        kept.retain(|(other, _)| !other.is_other_self(&key));
        if kept.len() >= INSTANCES_MAX {
            kept.pop_front();
        }
        kept.push_back((key, Arc::clone(&made)));
        made
    }

    fn key(&self, org: i64, source: &DataSourceInstanceSettings) -> Key {
        let secure: BTreeMap<_, _> = source.decrypted_secure_json_data.iter().collect();
        let read = (&source.json_data, secure, &source.url, source.basic_auth_enabled);
        let digest = self.digests.hash_one(read);
        Key { org, uid: source.uid.clone(), updated: source.last_updated_ms, digest }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds an instance and makes it the latest.
fn take_up(kept: &mut Kept, key: &Key) -> Option<Arc<Instance>> {
    let place = kept.iter().position(|(other, _)| other == key)?;
    let (key, instance) = kept.remove(place)?;
    kept.push_back((key, Arc::clone(&instance)));
    Some(instance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(uid: &str, updated: i64) -> DataSourceInstanceSettings {
        DataSourceInstanceSettings {
            uid: uid.to_owned(),
            last_updated_ms: updated,
            ..Default::default()
        }
    }

    #[test]
    fn the_same_settings_give_the_same_instance() {
        let shelf = Instances::new(Arc::new(Metrics::new()));
        let first = shelf.get(1, &source("a", 1));
        assert!(Arc::ptr_eq(&first, &shelf.get(1, &source("a", 1))));
        assert!(!Arc::ptr_eq(&first, &shelf.get(2, &source("a", 1))), "another organisation");
        assert!(!Arc::ptr_eq(&first, &shelf.get(1, &source("a", 2))), "other settings");
        assert_eq!(shelf.kept.lock().unwrap().len(), 2, "the older settings are forgotten");
    }

    #[test]
    fn settings_that_differ_under_one_time_stamp_are_told_apart() {
        let shelf = Instances::new(Arc::new(Metrics::new()));
        let with = |json: &str, secret: &str| {
            let secure = ["a", "b"].map(|name| (name.to_owned(), secret.to_owned()));
            let (json_data, decrypted_secure_json_data) = (json.to_owned().into(), secure.into());
            let rest = source("a", 1);
            shelf.get(
                1,
                &DataSourceInstanceSettings { json_data, decrypted_secure_json_data, ..rest },
            )
        };
        let first = with("{}", "planted");
        assert!(Arc::ptr_eq(&first, &with("{}", "planted")));
        let other = with("{}", "rotated");
        assert!(!Arc::ptr_eq(&first, &other), "another secret");
        assert!(
            !Arc::ptr_eq(&other, &with("{\"timeoutSeconds\": 1}", "rotated")),
            "other jsonData"
        );
        let kept = shelf.kept();
        assert_eq!(kept.len(), 1, "older settings are forgotten");
        assert!(!format!("{:?}", kept[0].0).contains("rotated"));
    }

    #[test]
    fn the_shelf_is_bounded() {
        let shelf = Instances::new(Arc::new(Metrics::new()));
        for number in 0..INSTANCES_MAX + 5 {
            shelf.get(1, &source(&number.to_string(), 1));
        }
        assert_eq!(shelf.kept.lock().unwrap().len(), INSTANCES_MAX);
    }
}
