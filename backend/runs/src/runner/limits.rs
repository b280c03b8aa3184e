//! The limits of a runner, each with its reason.

use std::time::Duration;

/// How much and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Runs that go forward at once; more wait in the queue. Taking back needs no place.
    pub running: usize,
    /// Time between two looks at a goal.
    pub measure_every: Duration,
    /// First wait after something did not work; doubled each time.
    pub backoff_min: Duration,
    /// Longest wait.
    pub backoff_max: Duration,
    /// Looks at a target before its step is given up, while nothing has been sent.
    pub observe_tries: u32,
    /// How long one look at a target or a goal may take.
    pub look: Duration,
    /// How long an accepted effect may take to be seen before it counts as unknown.
    pub confirm: Duration,
    /// Time between two looks for it.
    pub confirm_every: Duration,
    /// After how long an unknown effect is a fault for a person.
    pub page_after: Duration,
    /// How long a shutdown waits for open steps.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            running: 64,
            measure_every: Duration::from_secs(1),
            backoff_min: Duration::from_secs(1),
            backoff_max: Duration::from_mins(1),
            observe_tries: 5,
            look: Duration::from_secs(15),
            confirm: Duration::from_secs(5),
            confirm_every: Duration::from_millis(250),
            page_after: Duration::from_mins(5),
            shutdown: Duration::from_secs(8),
        }
    }
}

impl Limits {
    /// Returns how long to wait before try `n`, from 1.
    pub(crate) fn backoff(&self, n: u32) -> Duration {
        let factor = 1_u32.checked_shl(n.saturating_sub(1)).unwrap_or(u32::MAX);
        self.backoff_min.saturating_mul(factor.max(1)).min(self.backoff_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let limits = Limits::default();
        let waits: Vec<u64> =
            [1, 2, 3, 6, 7, 33, u32::MAX].map(|n| limits.backoff(n).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 32, 60, 60, 60]);
    }
}
