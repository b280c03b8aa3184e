//! What stands around every call: it is counted, a panic stays inside, and the end of the plugin
//! ends it.

use std::{future::Future, panic::AssertUnwindSafe};

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::{
    error::Error,
    metrics::{Metrics, Verb},
};

/// Runs one call of `verb`. `failed` tells of an answer whether it counts as an error.
///
/// # Errors
/// [`Error::Panicked`] or [`Error::Stopping`].
pub(crate) async fn guarded<T>(
    metrics: &Metrics,
    stop: &CancellationToken,
    verb: Verb,
    call: impl Future<Output = T>,
    failed: impl Fn(&T) -> bool,
) -> Result<T, Error> {
    let open = metrics.begin(verb);
    let answer = contained(stop, call).await;
    open.end(match &answer {
        Ok(answer) if failed(answer) => "error",
        Ok(_) => "ok",
        Err(Error::Stopping) => "stopped",
        Err(_) => "panic",
    });
    answer
}

/// Runs a future so that neither its panic nor the plugin's end leaves the caller without an
/// answer.
///
/// # Errors
/// [`Error::Panicked`] or [`Error::Stopping`].
pub(crate) async fn contained<T>(
    stop: &CancellationToken,
    call: impl Future<Output = T>,
) -> Result<T, Error> {
    let call = AssertUnwindSafe(call).catch_unwind();
    match stop.run_until_cancelled(call).await {
        None => Err(Error::Stopping),
        Some(Err(_)) => Err(Error::Panicked),
        Some(Ok(answer)) => Ok(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(
        call: impl Future<Output = bool>,
        stopped: bool,
    ) -> (Result<bool, Error>, String) {
        let (metrics, stop) = (Metrics::new(), CancellationToken::new());
        if stopped {
            stop.cancel();
        }
        let answer = guarded(&metrics, &stop, Verb::CheckHealth, call, |bad| *bad).await;
        (answer, metrics.text())
    }

    fn counted(result: &str) -> String {
        format!("leverframe_plugin_calls_total{{verb=\"check_health\",result=\"{result}\"}} 1")
    }

    const NONE_OPEN: &str = "leverframe_plugin_calls_in_flight{verb=\"check_health\"} 0";

    #[tokio::test]
    async fn a_panic_becomes_an_error_and_leaks_no_gauge() {
        let (answer, metrics) = check(async { panic!("inside") }, false).await;
        assert!(matches!(answer, Err(Error::Panicked)));
        assert!(metrics.contains(&counted("panic")) && metrics.contains(NONE_OPEN), "{metrics}");
    }

    #[tokio::test]
    async fn the_end_of_the_plugin_ends_the_call() {
        let (answer, metrics) = check(std::future::pending(), true).await;
        assert!(matches!(answer, Err(Error::Stopping)));
        assert!(metrics.contains(&counted("stopped")) && metrics.contains(NONE_OPEN), "{metrics}");
    }

    #[tokio::test]
    async fn a_bad_answer_is_counted_as_one() {
        let (answer, metrics) = check(async { true }, false).await;
        assert!(answer.unwrap() && metrics.contains(&counted("error")), "{metrics}");
    }

    #[tokio::test]
    async fn a_dropped_call_is_counted_and_leaks_no_gauge() {
        let (metrics, stop) = (Metrics::new(), CancellationToken::new());
        let call = std::future::pending::<()>();
        let never = guarded(&metrics, &stop, Verb::CheckHealth, call, |()| false);
        assert!(never.now_or_never().is_none());
        let text = metrics.text();
        assert!(text.contains(&counted("cancelled")) && text.contains(NONE_OPEN), "{text}");
    }
}
