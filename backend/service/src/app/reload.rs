//! Reads the definitions and the tokens again, without a restart. What is faulty changes nothing.

use std::sync::{Arc, PoisonError};

use crate::{
    app::{AppState, tokens::Tokens},
    request::auth::Door,
};

/// Reads again; faults are logged with file, line and column, and the old stays.
pub(crate) async fn reload(app: &AppState) {
    let shared = Arc::clone(app);
    // Files are read on a thread that may wait for the disk.
    let read = tokio::task::spawn_blocking(move || definitions(&shared)).await;
    let definitions = read.unwrap_or_else(|error| format!("the reload did not end: {error}"));
    let words = format!("{definitions}; {}", tokens(app).await);
    tracing::info!(words, "reloaded");
    app.audit.did("reload", None, words, app.clock.now()).await;
}

fn definitions(app: &AppState) -> String {
    match app.actions.reload(&app.config.actions) {
        Ok(faults) => {
            for fault in &faults {
                tracing::error!(%fault, "a definition was refused; the old one stays");
            }
            format!("actions read, {} faults", faults.len())
        }
        Err(error) => {
            tracing::error!(%error, "the definitions could not be read; the old ones stay");
            "actions not read".to_owned()
        }
    }
}

async fn tokens(app: &AppState) -> &'static str {
    match app.store.tokens().await {
        Ok(records) => {
            let mut door = app.door.write().unwrap_or_else(PoisonError::into_inner);
            *door = Arc::new(Door { tokens: Tokens::new(records), ..Door::clone(&door) });
            "tokens read"
        }
        Err(error) => {
            tracing::error!(%error, "the tokens could not be read; the old ones stay");
            "tokens not read"
        }
    }
}
