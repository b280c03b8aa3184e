//! Notes: a harmless effect of a plain POST, which can be seen afterwards.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};

use super::Host;
use crate::http::Refusal;

/// Most notes that are kept: a repeated key is recognised among these.
const NOTES_MAX: usize = 100;

/// Longest note, in characters.
const TEXT_CHARS_MAX: usize = 1000;

/// Longest `Idempotency-Key`, in characters.
const KEY_CHARS_MAX: usize = 255;

/// The last notes, the newest at the back.
#[derive(Default)]
pub(super) struct Notes(Mutex<VecDeque<Note>>);

/// One note. Before the first one its number is 0 and the rest is `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Note {
    n: u64,
    text: Option<String>,
    /// The `Idempotency-Key` it came with, so that its sender can tell it from others.
    key: Option<String>,
}

/// The body of a new note.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    text: String,
}

impl Notes {
    fn latest(&self) -> Note {
        self.lock().back().cloned().unwrap_or_default()
    }

    /// Adds a note, unless its key is known: then it returns the note of that key, and false.
    fn add(&self, text: String, key: Option<String>) -> (Note, bool) {
        let mut notes = self.lock();
        let known = key.as_ref().and_then(|_| notes.iter().find(|note| note.key == key));
        if let Some(known) = known {
            return (known.clone(), false);
        }
        let n = notes.back().map_or(1, |note| note.n + 1);
        let note = Note { n, text: Some(text), key };
        notes.push_back(note.clone());
        if notes.len() > NOTES_MAX {
            notes.pop_front();
        }
        (note, true)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `POST /notes {"text"}`: 201 for a new note, 200 for the note of a key that is known.
pub(super) async fn post(
    State(host): State<Arc<Host>>,
    headers: HeaderMap,
    body: Result<Json<NewNote>, JsonRejection>,
) -> Result<(StatusCode, Json<Note>), Refusal> {
    let Json(NewNote { text }) = body?;
    if !(1..=TEXT_CHARS_MAX).contains(&text.chars().count()) {
        let error = format!("text must have 1 to {TEXT_CHARS_MAX} characters");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, error));
    }
    let (note, new) = host.notes.add(text, key(&headers)?);
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(note)))
}

/// `GET /notes/latest`: the newest note.
pub(super) async fn latest(State(host): State<Arc<Host>>) -> Json<Note> {
    Json(host.notes.latest())
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if (1..=KEY_CHARS_MAX).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Refusal::new(StatusCode::BAD_REQUEST, "the Idempotency-Key cannot be used")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_key_adds_no_second_note_and_old_notes_are_forgotten() {
        let notes = Notes::default();
        assert_eq!(notes.latest(), Note::default());
        let add =
            |text: &str, key: Option<&str>| notes.add(text.to_owned(), key.map(str::to_owned));
        assert_eq!((add("a", Some("k")).1, add("b", Some("k")).1), (true, false));
        assert_eq!((notes.latest().n, notes.latest().text.unwrap()), (1, "a".to_owned()));
        for n in 2..200 {
            assert_eq!(add("c", None).0.n, n);
        }
        assert_eq!(notes.lock().len(), NOTES_MAX);
    }
}
