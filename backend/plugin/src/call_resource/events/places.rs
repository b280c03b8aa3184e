//! Places for event streams: bounded for all together and for each who asks, so that one person's
//! forgotten tabs leave room for the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    error::Error,
    limits::{EVENT_STREAMS_MAX, EVENT_STREAMS_PER_SUBJECT_MAX},
};

/// The open streams, counted by subject.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<HashMap<String, usize>>);

/// A taken place; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    subject: String,
}

impl Places {
    /// Takes a place for `subject`.
    ///
    /// # Errors
    /// [`Error::Busy`] when it, or all together, have as many as there may be.
    pub(super) fn take(self: &Arc<Self>, subject: String) -> Result<Place, Error> {
        let mut open = self.open();
        if open.values().sum::<usize>() >= EVENT_STREAMS_MAX {
            let what = "event streams (poll runs/{id}?after= instead)";
            return Err(Error::Busy { what, max: EVENT_STREAMS_MAX });
        }
        let mine = open.get(&subject).copied().unwrap_or_default();
        if mine >= EVENT_STREAMS_PER_SUBJECT_MAX {
            let what = "event streams of one user (poll runs/{id}?after= instead)";
            return Err(Error::Busy { what, max: EVENT_STREAMS_PER_SUBJECT_MAX });
        }
        open.insert(subject.clone(), mine + 1);
        Ok(Place { places: Arc::clone(self), subject })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.open();
        match open.get_mut(&self.subject) {
            Some(mine) if *mine > 1 => *mine -= 1,
            _ => drop(open.remove(&self.subject)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_full(places: &Arc<Places>, subject: &str, limit: usize) {
        let error = places.take(subject.to_owned()).unwrap_err();
        assert!(matches!(error, Error::Busy { max, .. } if max == limit), "{error}");
    }

    #[test]
    fn nobody_takes_all_the_places() {
        let places = Arc::new(Places::default());
        let take = |subject: &str| places.take(subject.to_owned()).unwrap();
        let mut taken: Vec<_> =
            (0..EVENT_STREAMS_PER_SUBJECT_MAX).map(|_| take("grafana:1:ann")).collect();
        check_full(&places, "grafana:1:ann", EVENT_STREAMS_PER_SUBJECT_MAX);
        taken.pop();
        taken.push(take("grafana:1:ann"));
        for number in taken.len()..EVENT_STREAMS_MAX {
            taken.push(take(&number.to_string()));
        }
        check_full(&places, "grafana:1:bob", EVENT_STREAMS_MAX);
        taken.clear();
        assert!(places.open().is_empty());
    }
}
