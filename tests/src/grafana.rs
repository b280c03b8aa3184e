//! What a browser can ask of Grafana, as a chosen user.

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// The datasource's uid in the demo.
pub const UID: &str = "leverframe";

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum User {
    /// A signed-in user with a role.
    Is(&'static str, &'static str),
    /// Nobody: Grafana gives no user at all.
    Nobody,
}

/// An operator who may press.
pub const EDITOR: User = User::Is("ed", "Editor");
/// Somebody who may look.
pub const VIEWER: User = User::Is("vi", "Viewer");

/// The test host, in Grafana's shapes.
pub struct Grafana {
    url: String,
    client: Client,
}

impl Grafana {
    /// Asks the host at `url`.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), client: client() }
    }

    /// Makes a request to a resource of the datasource.
    pub fn resource(&self, user: User, method: &str, path: &str) -> RequestBuilder {
        self.request(user, method, &format!("/api/datasources/uid/{UID}/resources/{path}"))
    }

    /// Makes any request as `user`.
    pub fn request(&self, user: User, method: &str, path: &str) -> RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        match user {
            User::Is(login, role) => {
                request.header("X-Test-Login", login).header("X-Test-Role", role)
            }
            User::Nobody => request.header("X-Test-No-User", "1"),
        }
    }

    /// Posts a JSON body to a resource.
    pub async fn post(&self, user: User, path: &str, body: &Value) -> Answer {
        let request = self.resource(user, "POST", path).header("Content-Type", "application/json");
        Answer::of(request.body(body.to_string()).send().await.unwrap()).await
    }

    /// Gets a resource.
    pub async fn get(&self, user: User, path: &str) -> Answer {
        Answer::of(self.resource(user, "GET", path).send().await.unwrap()).await
    }

    /// Runs queries over the last minute and returns Grafana's whole answer.
    pub async fn query(&self, user: User, queries: &[Value]) -> Answer {
        let with_source = |(n, query): (usize, &Value)| {
            let mut query = query.clone();
            query["datasource"] = json!({ "uid": UID });
            query["refId"] = json!(format!("Q{n}"));
            query
        };
        let queries: Vec<_> = queries.iter().enumerate().map(with_source).collect();
        let body = json!({ "queries": queries, "from": "now-60s", "to": "now" });
        let request = self.request(user, "POST", "/api/ds/query");
        let request = request.header("Content-Type", "application/json").body(body.to_string());
        Answer::of(request.send().await.unwrap()).await
    }
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body as text.
    pub text: String,
    /// The body as JSON, `null` if it is none.
    pub json: Value,
    /// The `Location` header.
    pub location: Option<String>,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn of(response: Response) -> Self {
        let status = response.status();
        let location = response.headers().get("location").map(|v| v.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, text, json, location }
    }
}

/// Makes a client that follows nothing and asks no proxy.
pub fn client() -> Client {
    choose_tls();
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

/// Chooses the TLS implementation once; a second choice changes nothing.
fn choose_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}
