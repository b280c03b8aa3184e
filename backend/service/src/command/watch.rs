//! Waits for the end of a run, with a progress bar where a person looks.
//!
//! It asks for what is newer than the last event instead of holding a stream open: so it goes on by
//! itself when the service is started again in between.

use std::{io::IsTerminal as _, time::Duration};

use api::Run;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Fault, remote::Service};
use crate::{
    exit::Exit,
    terminal::{note, plain},
};

/// Time between two looks.
const POLL: Duration = Duration::from_millis(300);

/// Steps of the bar.
const BAR: u64 = 1000;

/// Waits until `run` has ended; the exit code of a wait that was too long is that of the unknown.
pub(super) async fn until_end(
    service: &Service,
    mut run: Run,
    longest: Duration,
) -> Result<(Run, Value), Fault> {
    let deadline = Instant::now() + longest;
    let bar = bar();
    let mut away = false;
    loop {
        show(&bar, &run);
        if run.state.is_terminal() {
            bar.finish_and_clear();
            break;
        }
        if Instant::now() >= deadline {
            bar.finish_and_clear();
            let text = format!("the wait is over, run {} is {}", run.id, run.state.as_str());
            return Err(Fault::new(Exit::Unknown, text));
        }
        sleep(POLL).await;
        let query = [("after", run.seq.to_string())];
        match service.get(api::route::RUN, &[&run.id], &query).await {
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => away = false,
            Ok(answer) => {
                away = false;
                run = answer.parse()?;
            }
            Err(fault) if fault.exit == Exit::Refused || fault.exit == Exit::Usage => {
                return Err(fault);
            }
            Err(fault) => {
                if !away {
                    bar.suspend(|| note(&format!("{}; waiting for it to come back", fault.text)));
                }
                away = true;
            }
        }
    }
    let json = service.get(api::route::RUN, &[&run.id], &[]).await?.json;
    Ok((run, json))
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(BAR);
    if let Ok(style) = ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
fn show(bar: &ProgressBar, run: &Run) {
    let progress = run.progress.unwrap_or(0.0).clamp(0.0, 1.0);
    bar.set_position((progress * 1000.0) as u64);
    let phase = run.phase.as_deref().map(plain);
    let state = run.state.as_str();
    bar.set_message(phase.map_or_else(|| state.to_owned(), |phase| format!("{state}: {phase}")));
}
