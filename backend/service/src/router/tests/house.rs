//! A service in a folder of its own, and the people who knock at it.

use std::sync::{Arc, Mutex};

use api::{Run, route};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::State,
    routing::{get, post},
};
use http::{HeaderMap, Request, StatusCode, header};
use identity::{
    Claims, Role, Signer,
    assertion::{body_hash, subject},
};
use runs::SystemClock;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::{Options, Store};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};
use tower::ServiceExt as _;

use crate::{
    app::{
        AppState,
        assemble::{Parts, assemble},
        durable::Durable,
        world::World,
    },
    config::{Config, Env},
    router::router,
};

pub(super) const KEY: &str = "canary-0123456789abcdef0123456789";
pub(super) const ORIGIN: &str = "http://127.0.0.1:8642";

/// Notes that the node API received.
pub(super) type Notes = Arc<Mutex<Vec<String>>>;

pub(super) struct House {
    pub(super) app: AppState,
    pub(super) store: Arc<Store>,
    pub(super) notes: Notes,
    signer: Signer,
    router: Router,
    _tasks: JoinSet<()>,
    _folder: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(super) fn run(&self) -> Run {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no run: {self:?}"))
    }

    #[track_caller]
    pub(super) fn is(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.json()["code"], code, "{}", self.text);
    }
}

struct NoEnv;

impl Env for NoEnv {
    fn get(&self, _name: &str) -> Option<String> {
        None
    }
}

async fn node_api(notes: &Notes, tasks: &mut JoinSet<()>) -> String {
    let list = json!([
        {"Node_id": "web-1", "Node_ip": "127.0.0.1:9101", "status": "running"},
        {"Node_id": "web-2", "Node_ip": "127.0.0.1:9102", "status": "running"},
    ]);
    let write = async |State(notes): State<Notes>, Json(note): Json<Value>| {
        let text = note["text"].as_str().unwrap().to_owned();
        notes.lock().unwrap().push(text);
        (StatusCode::CREATED, Json(json!({})))
    };
    let latest =
        async |State(notes): State<Notes>| Json(json!({"text": notes.lock().unwrap().last()}));
    let api = Router::new()
        .route("/nodes", get(async move || Json(list)))
        .route("/notes", post(write))
        .route("/notes/latest", get(latest))
        .with_state(Arc::clone(notes));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move { axum::serve(listener, api).await.unwrap() });
    format!("http://{address}")
}

impl House {
    pub(super) async fn new() -> Self {
        Self::with("", |store| store).await
    }

    /// Makes a house with more configuration, whose durable place may be wrapped.
    pub(super) async fn with(
        more: &str,
        wrap: impl FnOnce(Arc<dyn Durable>) -> Arc<dyn Durable>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (notes, mut tasks) = (Notes::default(), JoinSet::new());
        let api = node_api(&notes, &mut tasks).await;
        let actions = folder.path().join("actions");
        std::fs::create_dir(&actions).unwrap();
        let (_, note) = actions::SHIPPED.iter().find(|(n, _)| *n == "call-node-api.yaml").unwrap();
        std::fs::write(actions.join("call-node-api.yaml"), note).unwrap();
        let loud = note.replace("call-node-api", "loud-note").replace("risk: low", "risk: high");
        std::fs::write(actions.join("loud-note.yaml"), loud).unwrap();
        std::fs::write(folder.path().join("key"), KEY).unwrap();
        let text = format!(
            "assertion: {{key_file: key}}\n\
             inventory: {{node_apis: [{{name: workers, url: '{api}', pool: web}}]}}\n\
             sd:\n  workers: {{pools: [web]}}\n{more}"
        );
        let config = Config::parse(&text, &folder.path().join("leverframe.yaml"), &NoEnv).unwrap();
        let data = config.data.join("leverframe.db");
        let store = Arc::new(Store::open(&data, Options::default()).unwrap());
        let runs: Arc<dyn runs::RunStore> = Arc::<Store>::clone(&store);
        let durable = wrap(Arc::<Store>::clone(&store));
        let world = World::new(&config).unwrap();
        let clock = Arc::new(SystemClock);
        let parts = Parts { config, world, store: durable, runs, clock };
        let app = assemble(parts).await.unwrap();
        crate::app::background::poll_once(&app).await;
        let signer = Signer::new(&SecretString::from(KEY)).unwrap();
        let router = router(AppState::clone(&app));
        Self { app, store, notes, signer, router, _tasks: tasks, _folder: folder }
    }

    /// Returns the claims that the plugin would make for this request.
    pub(super) fn claims(&self, who: (&str, Role), method: &str, path: &str, body: &str) -> Claims {
        let now = self.app.clock.now().as_second();
        Claims {
            iss: String::new(),
            aud: ORIGIN.to_owned(),
            sub: subject(1, who.0),
            name: who.0.to_owned(),
            email: format!("{}@example.test", who.0),
            org: 1,
            role: who.1,
            ds: "lf".to_owned(),
            iat: now,
            exp: now + 30,
            jti: uuid::Uuid::now_v7().to_string(),
            htm: method.to_owned(),
            htu: path.split('?').next().unwrap().to_owned(),
            bh: body_hash(body.as_bytes()),
        }
    }

    /// Returns a request without anybody's name on it.
    pub(super) fn request(method: &str, path: &str, body: &str) -> Request<Body> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        let json = header::HeaderValue::from_static("application/json");
        let request = request.header(header::CONTENT_TYPE, json);
        request.body(Body::from(body.to_owned())).unwrap()
    }

    /// Puts an assertion on a request.
    pub(super) fn signed(&self, mut request: Request<Body>, claims: &Claims) -> Request<Body> {
        let bearer = format!("Bearer {}", self.signer.sign(claims));
        request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
        request
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Asks as a user of Grafana, through the plugin.
    pub(super) async fn ask(
        &self,
        who: (&str, Role),
        method: &str,
        path: &str,
        body: &str,
    ) -> Answer {
        let claims = self.claims(who, method, path, body);
        self.send(self.signed(Self::request(method, path, body), &claims)).await
    }

    /// Presses the plain button.
    pub(super) async fn press(&self, text: &str) -> Answer {
        self.ask(EDITOR, "POST", RUN, &note(text)).await
    }

    /// Waits for the end of a run.
    pub(super) async fn ended(&self, id: &str) -> Run {
        let mut changes = self.app.feed.subscribe();
        loop {
            let path = route::RUN.url_path(&[id]);
            let run = self.ask(EDITOR, "GET", &path, "").await.run();
            if run.state.is_terminal() {
                return run;
            }
            changes.recv().await.unwrap();
        }
    }
}

pub(super) const EDITOR: (&str, Role) = ("eda", Role::Editor);
pub(super) const VIEWER: (&str, Role) = ("vic", Role::Viewer);
pub(super) const RUN: &str = "/api/v1/actions/call-node-api/run";
pub(super) const PLAN: &str = "/api/v1/actions/call-node-api/plan";
pub(super) const LOUD: &str = "/api/v1/actions/loud-note";

/// The body that presses the plain button.
pub(super) fn note(text: &str) -> String {
    json!({"target": "node-api/workers", "params": {"text": text}}).to_string()
}
