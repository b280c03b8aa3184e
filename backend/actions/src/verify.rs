//! The goal after: measured with samples that were scraped after the last step ended, and with no
//! others.

use jiff::Timestamp;
use runs::{Goal, Measured};

use crate::{
    definition::{Expect, Verify, Worse},
    limits,
    source::Source,
    template::{Context, Unrendered},
};

impl Verify {
    /// Freezes the goal for one target.
    pub(crate) fn goal(&self, context: &Context) -> Result<Goal, Unrendered> {
        Ok(Goal {
            promql: context.promql(&self.promql)?,
            expect: self.expect.to_string(),
            within_seconds: self.within.as_secs(),
            stable_for_seconds: self.stable_for.as_secs(),
            worse: self.worse.map(|worse| worse.as_str().to_owned()),
        })
    }
}

impl Worse {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Increase => "increase",
            Self::Decrease => "decrease",
        }
    }
}

/// Reads the goal's value before the first step; a stale one is no baseline.
pub(crate) async fn baseline(goal: &Goal, source: &Source) -> Option<f64> {
    let reading = source.read(&goal.promql).await.ok()?;
    let age_max = limits::SAMPLE_AGE_MAX.as_secs_f64();
    reading.age_seconds.is_none_or(|age| age <= age_max).then_some(reading.value)
}

/// Looks at the goal once. `now` is the time just before, `since` the end of the last step, both by
/// our clock; the samples' age is by the source's. So the two clocks are never compared with each
/// other.
pub(crate) async fn measure(
    goal: &Goal,
    baseline: Option<f64>,
    source: &Source,
    (since, now): (Timestamp, Timestamp),
) -> Measured {
    let Ok(expect) = goal.expect.parse::<Expect>() else {
        return Measured::Unreadable(format!("`{}` is no comparison", goal.expect));
    };
    let reading = match source.read(&goal.promql).await {
        Ok(reading) => reading,
        Err(trouble) => return Measured::Unreadable(trouble.why),
    };
    let elapsed = now.duration_since(since).as_secs_f64();
    if reading.age_seconds.is_some_and(|age| age >= elapsed) {
        return Measured::Unreadable("no sample was scraped after the last step yet".to_owned());
    }
    let value = reading.value;
    let worse = baseline.is_some_and(|baseline| match goal.worse.as_deref() {
        Some("increase") => value > baseline,
        Some("decrease") => value < baseline,
        _ => false,
    });
    match (expect.holds(value), worse) {
        (true, _) => Measured::Holds(value),
        (false, true) => Measured::Worse(value),
        (false, false) => Measured::HoldsNot(value),
    }
}

#[cfg(test)]
mod tests;
