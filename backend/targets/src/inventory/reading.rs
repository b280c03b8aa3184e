//! What one source says: nodes as it sees them, and entries that cannot be used.

use std::collections::{BTreeMap, BTreeSet};

use super::{node::NodeState, place::Place};
use crate::{
    Error, limits,
    target::{is_name, quote},
};

/// One source, read whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) sightings: Vec<Sighting>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) left_out_total: usize,
}

/// An entry of a source that could not be used, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The source.
    pub source: String,
    /// The entry, quoted.
    pub entry: String,
    /// Why.
    pub why: String,
}

/// A node as one source sees it. `None` and `Unknown` mean: no opinion.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) pool: Option<String>,
    pub(super) state: NodeState,
    pub(super) weight: Option<u32>,
    pub(super) sessions: Option<u64>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) place: Option<Place>,
    pub(super) rank: Rank,
}

/// Whom to believe where sources differ: for the address whoever runs the node, for its pool and
/// traffic whoever sends it traffic, for its name and labels the file a person wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Rank {
    Balancer,
    Host,
    #[default]
    Written,
}

impl Reading {
    /// Takes the sightings of `source`: what has no usable id is left out and named; an id that
    /// stands twice makes the whole source unreadable, for nobody could say which one is meant.
    pub(super) fn of(source: &str, sightings: Vec<Sighting>) -> Result<Self, Error> {
        let protocol = |cause: String| Error::Protocol { upstream: source.to_owned(), cause };
        if sightings.len() > limits::NODES_MAX {
            return Err(protocol(format!("more than {} nodes", limits::NODES_MAX)));
        }
        let mut reading = Self::default();
        let mut ids = BTreeSet::new();
        for mut sighting in sightings {
            if !is_name(&sighting.id) {
                reading.leave_out(source, &sighting.id, "the id is not a name");
                continue;
            }
            if !ids.insert(sighting.id.clone()) {
                return Err(protocol(format!("the id {} stands twice", sighting.id)));
            }
            if sighting.pool.as_deref().is_some_and(|pool| !is_name(pool)) {
                reading.leave_out(source, &sighting.id, "its pool is not a name");
                sighting.pool = None;
            }
            let labels = sighting.labels.len();
            sighting.labels.retain(|_, value| value.chars().count() <= limits::LABEL_CHARS_MAX);
            while sighting.labels.len() > limits::LABELS_MAX {
                sighting.labels.pop_last();
            }
            if sighting.labels.len() < labels {
                reading.leave_out(source, &sighting.id, "labels are too long or too many");
            }
            reading.sightings.push(sighting);
        }
        Ok(reading)
    }

    fn leave_out(&mut self, source: &str, entry: &str, why: &str) {
        self.left_out_total += 1;
        if self.left_out.len() < limits::LEFT_OUT_MAX {
            let (source, entry, why) = (source.to_owned(), quote(entry), why.to_owned());
            self.left_out.push(LeftOut { source, entry, why });
        }
    }
}
