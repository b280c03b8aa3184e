//! Guards: conditions before. A guard that cannot be read does not hold.

use std::sync::OnceLock;

use futures::stream::{self, StreamExt as _};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::{
    definition::Guard,
    limits,
    refusal::{Code, Refusal},
    source::{Source, Trouble},
    template::Context,
};

/// How one guard was judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Its name in the definition.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// The measured value; `None` if it could not be read.
    pub value: Option<f64>,
    /// The comparison it must pass, as in `>= 2`.
    pub expect: String,
    /// Why it did not hold.
    pub why: Option<String>,
    /// The refusal it makes.
    #[serde(skip)]
    pub code: Option<Code>,
}

/// Judges every guard until the deadline, some at once, and returns them in the order of the
/// definition. Once the source is away it is not asked again.
pub(crate) async fn judge(
    guards: &[Guard],
    context: &Context,
    source: &Source,
    until: Instant,
) -> Vec<Outcome> {
    let away = OnceLock::new();
    let look = Look { context, source, until, away: &away };
    let judged: Vec<_> = guards.iter().map(|guard| guard.judge(&look)).collect();
    stream::iter(judged).buffered(limits::GUARDS_AT_ONCE).collect().await
}

/// What every guard is judged by.
struct Look<'a> {
    context: &'a Context,
    source: &'a Source,
    until: Instant,
    /// Set once the source is away.
    away: &'a OnceLock<Trouble>,
}

/// Returns the refusal that the outcomes make, if any did not hold: the first one's code, all in
/// the words.
pub(crate) fn refusal(outcomes: &[Outcome]) -> Option<Refusal> {
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.ok).collect();
    let code = failed.first()?.code.unwrap_or(Code::GuardUnavailable);
    let words: Vec<_> = failed
        .iter()
        .map(|outcome| {
            format!("{}: {}", outcome.name, outcome.why.as_deref().unwrap_or("does not hold"))
        })
        .collect();
    Some(Refusal { guards: outcomes.to_vec(), ..Refusal::new(code, words.join("; ")) })
}

/// Returns the outcomes as a run stores them.
pub(crate) fn stored(outcomes: &[Outcome]) -> Value {
    serde_json::to_value(outcomes).unwrap_or_default()
}

impl Guard {
    async fn judge(&self, look: &Look<'_>) -> Outcome {
        if let Some(trouble) = look.away.get() {
            return self.unread(trouble.clone());
        }
        let read = timeout_at(look.until, self.read(look.context, look.source)).await;
        let trouble = match read {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(trouble)) => trouble,
            Err(_) => Trouble::late(limits::PLAN_TIMEOUT),
        };
        if trouble.away {
            // Whichever guard saw it first.
            look.away.get_or_init(|| trouble.clone());
        }
        self.unread(trouble)
    }

    async fn read(&self, context: &Context, source: &Source) -> Result<Outcome, Trouble> {
        let promql = context.promql(&self.promql).map_err(|error| Trouble {
            code: Code::GuardUnavailable,
            why: error.to_string(),
            away: false,
        })?;
        let reading = source.read(&promql).await?;
        let max_age = self.max_age.as_secs();
        if let Some(age) = reading.age_seconds.filter(|age| *age > self.max_age.as_secs_f64()) {
            let why = format!("its oldest sample is {age:.0} s old, {max_age} s are allowed");
            return Err(Trouble { code: Code::GuardStale, why, away: false });
        }
        let (value, ok) = (reading.value, self.expect.holds(reading.value));
        let expect = self.expect.to_string();
        let why = (!ok).then(|| format!("{value} is not {expect}"));
        let code = (!ok).then_some(Code::GuardUnmet);
        Ok(Outcome { name: self.name.clone(), ok, value: Some(value), expect, why, code })
    }

    fn unread(&self, trouble: Trouble) -> Outcome {
        Outcome {
            name: self.name.clone(),
            ok: false,
            value: None,
            expect: self.expect.to_string(),
            why: Some(trouble.why),
            code: Some(trouble.code),
        }
    }
}

#[cfg(test)]
mod tests;
