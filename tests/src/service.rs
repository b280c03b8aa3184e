//! The service, asked directly: with the admin token, or with an assertion that a test has made.

use identity::{
    Role,
    assertion::{Claims, Signer, body_hash},
};
use jiff::Timestamp;
use reqwest::Client;
use secrecy::SecretString;
use serde_json::Value;

use crate::grafana::{Answer, client};

/// The service behind its URL.
pub struct Service {
    /// Where it answers.
    pub url: String,
    token: String,
    client: Client,
}

impl Service {
    /// Asks the service at `url` with an API token.
    pub fn new(url: &str, token: &str) -> Self {
        Self { url: url.to_owned(), token: token.to_owned(), client: client() }
    }

    /// Gets a path with the admin token.
    pub async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        Answer::of(request.send().await.unwrap()).await
    }

    /// Posts with the admin token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_as(path, &self.token, &body.to_string()).await
    }

    /// Posts with any bearer.
    pub async fn post_as(&self, path: &str, bearer: &str, body: &str) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(bearer);
        let request = request.header("Content-Type", "application/json").body(body.to_owned());
        Answer::of(request.send().await.unwrap()).await
    }

    /// Returns the runs that were more than refused, newest first.
    pub async fn executions(&self) -> Vec<Value> {
        let answer = self.get("/api/v1/runs?limit=100").await;
        let items = answer.json["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().filter(|run| run["state"] != "refused").collect()
    }
}

/// Makes the claims of an acting call by an Editor, good for half a minute from `now`.
pub fn claims(service: &str, path: &str, body: &str, now: Timestamp) -> Claims {
    Claims {
        iss: String::new(),
        aud: service.to_owned(),
        sub: "grafana:1:ed".to_owned(),
        name: "Ed".to_owned(),
        email: String::new(),
        org: 1,
        role: Role::Editor,
        ds: "leverframe".to_owned(),
        iat: now.as_second(),
        exp: now.as_second() + 30,
        jti: uuid::Uuid::now_v7().to_string(),
        htm: "POST".to_owned(),
        htu: path.to_owned(),
        bh: body_hash(body.as_bytes()),
    }
}

/// Signs claims with `key`.
pub fn sign(key: &str, claims: &Claims) -> String {
    Signer::new(&SecretString::from(key.to_owned())).unwrap().sign(claims)
}
