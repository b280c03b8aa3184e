//! Puts the settings together from their fields.

use std::{collections::HashSet, sync::Arc, time::Duration};

use identity::Signer;
use serde_json::{Map, Value};

use super::{
    Encoding, Endpoint, Fault, Faults, HttpMethod, Login, NodeApi, Part, Prometheus, Service,
    Settings,
    reader::{Reader, text_of},
};
use crate::{limits, proto::pluginv2::DataSourceInstanceSettings};

/// How fields of `jsonData` begin that Grafana's datasource proxy would use, past this plugin and
/// for every viewer.
const OPEN_DOORS: [&str; 4] = ["httpHeaderName", "tls", "basicAuth", "oauthPassThru"];

/// Reads the settings of an instance. Never fails as a whole: see [`Settings`].
pub(crate) fn read(instance: &DataSourceInstanceSettings) -> Settings {
    let mut others = Faults::default();
    let mut queries = Faults::default();
    // Enforcement might have stood in what cannot be read, so no query is answered then.
    let json = queries.take(json_object(&instance.json_data));
    let reader = Reader { json: &json, secure: &instance.decrypted_secure_json_data };
    let shared = Shared::read(&reader);
    let enforced = not_built(&reader, "enforcedMatchers", "label matchers are not enforced yet");
    let (node_apis, faults) = node_apis(&reader, &shared);
    for fault in faults.0 {
        others.push(fault);
    }
    queries.take(enforced);
    Settings {
        queries: queries.or(()),
        prometheus: prometheus(&reader, &shared),
        service: service(&reader, &shared),
        node_apis,
        others,
        warnings: warnings(instance, &json),
        certificates: shared.certificates.map_err(one),
        timeout: shared.timeout.map_err(one),
    }
}

/// What several upstreams need.
struct Shared {
    timeout: Result<Duration, Fault>,
    certificates: Result<Vec<reqwest::Certificate>, Fault>,
    bytes_limit: Result<u64, Fault>,
}

impl Shared {
    fn read(reader: &Reader<'_>) -> Self {
        let seconds = reader.number(
            "timeoutSeconds",
            limits::TIMEOUT_SECONDS_DEFAULT,
            1..=limits::TIMEOUT_SECONDS_MAX,
        );
        let bytes_limit = reader.number(
            "responseBytesLimit",
            limits::RESPONSE_BYTES_LIMIT_DEFAULT,
            1..=limits::RESPONSE_BYTES_LIMIT_MAX,
        );
        Self {
            timeout: seconds.map(Duration::from_secs),
            certificates: certificates(reader),
            bytes_limit,
        }
    }
}

fn json_object(json: &[u8]) -> Result<Map<String, Value>, Fault> {
    if json.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(json) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Ok(Map::new()),
        _ => Err(Fault::new("jsonData", "must be a JSON object")),
    }
}

fn certificates(reader: &Reader<'_>) -> Result<Vec<reqwest::Certificate>, Fault> {
    let Some(text) = reader.secure_text("tlsCaCert") else { return Ok(Vec::new()) };
    match reqwest::Certificate::from_pem_bundle(text.as_bytes()) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Fault::new("tlsCaCert", "must hold certificates in PEM form")),
    }
}

fn prometheus(reader: &Reader<'_>, shared: &Shared) -> Part<Option<Prometheus>> {
    let mut faults = Faults::default();
    let endpoint = faults.take(reader.endpoint("prometheusUrl"));
    let login = faults.take(prometheus_login(reader));
    let interval = faults.take(interval(reader));
    let timeout = faults.take(shared.timeout.clone());
    faults.take(shared.certificates.clone());
    let method = faults.take(reader.choice("httpMethod", &["POST", "GET"]));
    let encoding = faults.take(reader.choice("acceptEncoding", &["auto", "identity", "gzip"]));
    let series_limit = faults.take(reader.number(
        "seriesLimit",
        limits::SERIES_LIMIT_DEFAULT,
        1..=limits::SERIES_LIMIT_MAX,
    ));
    let bytes_limit = faults.take(shared.bytes_limit.clone());
    faults.take(layout(reader));
    faults.take(cache(reader));
    faults.or(endpoint.map(|endpoint| Prometheus {
        endpoint,
        login,
        interval,
        timeout,
        method: if method == "GET" { HttpMethod::Get } else { HttpMethod::Post },
        encoding: match encoding {
            "identity" => Encoding::Identity,
            "gzip" => Encoding::Gzip,
            _ => Encoding::Auto,
        },
        series_limit,
        bytes_limit,
    }))
}

fn prometheus_login(reader: &Reader<'_>) -> Result<Login, Fault> {
    let user = reader.text("prometheusUser")?;
    let password = reader.secret("prometheusPassword")?;
    match (user, password, reader.secret("prometheusToken")?) {
        (None, None, None) => Ok(Login::Nobody),
        (None, None, Some(token)) => Ok(Login::Bearer(token)),
        (Some(user), password, None) => Ok(Login::Basic(user, password.unwrap_or_default())),
        (None, Some(_), None) => Err(Fault::new("prometheusUser", "is needed with the password")),
        _ => Err(Fault::new("prometheusToken", "cannot be used together with user and password")),
    }
}

fn interval(reader: &Reader<'_>) -> Result<Option<String>, Fault> {
    let text = reader.text("timeInterval")?;
    match text.as_deref() {
        Some(text) if !is_duration(text) => {
            Err(Fault::new("timeInterval", "must be a duration as in 15s or 1m"))
        }
        _ => Ok(text),
    }
}

/// Tells whether `text` is a single number with one of Prometheus' units, greater than zero.
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &text[..text.len() - unit.len()];
    matches!(unit, "ms" | "s" | "m" | "h" | "d" | "w" | "y")
        && number.parse::<u32>().is_ok_and(|number| number > 0)
}

fn layout(reader: &Reader<'_>) -> Result<(), Fault> {
    if reader.choice("frameLayout", &["auto", "multi", "wide"])? == "wide" {
        return Err(Fault::new("frameLayout", "wide frames are not available yet: use auto"));
    }
    Ok(())
}

fn cache(reader: &Reader<'_>) -> Result<(), Fault> {
    reader.number("cacheFreshnessSeconds", 0, 0..=u64::from(u32::MAX))?;
    match reader.number("cacheBytes", 0, 0..=u64::MAX)? {
        0 => Ok(()),
        _ => Err(Fault::new("cacheBytes", "the cache is not available yet: leave it out or at 0")),
    }
}

/// Refuses a setting whose feature is not built: an empty one asks for nothing.
fn not_built(reader: &Reader<'_>, field: &'static str, why: &str) -> Result<(), Fault> {
    let empty = match reader.value(field) {
        None | Some(Value::Bool(false)) => true,
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Null | Value::Bool(true) | Value::Number(_) | Value::String(_)) => false,
    };
    if empty && reader.secure_text(field).is_none() { Ok(()) } else { Err(Fault::new(field, why)) }
}

fn service(reader: &Reader<'_>, shared: &Shared) -> Part<Option<Service>> {
    let mut faults = Faults::default();
    let endpoint = faults.take(reader.endpoint("serviceUrl"));
    let signer = faults.take(signer(reader));
    let timeout = faults.take(shared.timeout.clone());
    faults.take(shared.certificates.clone());
    match (endpoint, signer) {
        (Some(endpoint), Some(signer)) => faults.or(Some(Service { endpoint, signer, timeout })),
        (Some(_), None) if faults.0.is_empty() => {
            let why = "is needed with serviceUrl: `leverframe init` makes one";
            Err(one(Fault::new("assertionKey", why)))
        }
        _ => faults.or(None),
    }
}

fn signer(reader: &Reader<'_>) -> Result<Option<Arc<Signer>>, Fault> {
    let Some(key) = reader.secret("assertionKey")? else { return Ok(None) };
    let signer =
        Signer::new(&key).map_err(|error| Fault::new("assertionKey", error.to_string()))?;
    Ok(Some(Arc::new(signer)))
}

fn node_apis(reader: &Reader<'_>, shared: &Shared) -> (Vec<(String, Part<NodeApi>)>, Faults) {
    let mut faults = Faults::default();
    let list = match reader.value("nodeApis") {
        None => return (Vec::new(), faults),
        Some(Value::Array(list)) if list.len() <= limits::NODE_APIS_MAX => list,
        Some(_) => {
            let why = format!("must be a list of at most {}", limits::NODE_APIS_MAX);
            return (Vec::new(), one(Fault::new("nodeApis", why)));
        }
    };
    let mut apis = Vec::new();
    let mut names = HashSet::new();
    for (index, entry) in list.iter().enumerate() {
        let field = format!("nodeApis[{index}]");
        let name = entry.get("name").and_then(Value::as_str).filter(|name| api::is_id(name));
        match name {
            Some(name) if names.insert(name) => {
                apis.push((name.to_owned(), node_api(reader, shared, &field, entry)));
            }
            Some(_) => faults.push(Fault::new(format!("{field}.name"), "is used twice")),
            None => faults.push(Fault::new(
                format!("{field}.name"),
                "must be 1 to 128 letters, digits, `_`, `.`, `:` or `-`",
            )),
        }
    }
    (apis, faults)
}

fn node_api(reader: &Reader<'_>, shared: &Shared, field: &str, entry: &Value) -> Part<NodeApi> {
    let mut faults = Faults::default();
    let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
    let address = format!("{field}.url");
    let public = entry.get("url").filter(|url| !url.is_null() && url.as_str() != Some(""));
    let public = faults.take(public.map(|url| text_of(&address, url)).transpose());
    let secure = format!("nodeApi.{name}.url");
    let endpoint: Option<Endpoint> = faults.take(reader.endpoint_of(&address, public, &secure));
    let paths = faults.take(paths(&format!("{field}.paths"), entry.get("paths")));
    let token = faults.take(reader.secret(&format!("nodeApi.{name}.token")));
    let timeout = faults.take(shared.timeout.clone());
    let bytes_limit = faults.take(shared.bytes_limit.clone());
    faults.take(shared.certificates.clone());
    let Some(endpoint) = endpoint else {
        if faults.0.is_empty() {
            faults.push(Fault::new(address, "is needed"));
        }
        return Err(faults);
    };
    let login = token.map_or(Login::Nobody, Login::Bearer);
    faults.or(NodeApi { endpoint, paths, login, timeout, bytes_limit })
}

fn paths(field: &str, value: Option<&Value>) -> Result<Vec<String>, Fault> {
    let fault = || {
        let max = limits::NODE_API_PATHS_MAX;
        Fault::new(field, format!("must list 1 to {max} paths as in /nodes, without `..` and `?`"))
    };
    let list = value.and_then(Value::as_array).ok_or_else(fault)?;
    if list.is_empty() || list.len() > limits::NODE_API_PATHS_MAX {
        return Err(fault());
    }
    let read = |path: &Value| path.as_str().filter(|path| is_path(path)).map(str::to_owned);
    list.iter().map(|path| read(path).ok_or_else(fault)).collect()
}

fn is_path(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'%' | b'\\');
    let step = |step: &str| !matches!(step, "." | "..");
    path.starts_with('/') && path.bytes().all(plain) && path.split('/').all(step)
}

fn warnings(instance: &DataSourceInstanceSettings, json: &Map<String, Value>) -> Vec<&'static str> {
    let is_door = |field: &str| OPEN_DOORS.iter().any(|prefix| field.starts_with(prefix));
    let open = json.iter().any(|(field, value)| is_door(field) && is_on(value));
    let mut warnings = Vec::new();
    if !instance.url.is_empty() {
        warnings.push(
            "Grafana's own field url is set: every viewer can reach that address past Leverframe. \
             Empty it and use prometheusUrl and serviceUrl",
        );
    }
    if open || instance.basic_auth_enabled {
        warnings.push(
            "Grafana's own basicAuth, tls*, httpHeader* or oauthPassThru is set: Leverframe does not \
             use it. Remove it and use Leverframe's own settings",
        );
    }
    warnings
}

fn is_on(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("")
}

fn one(fault: Fault) -> Faults {
    Faults(vec![fault])
}
