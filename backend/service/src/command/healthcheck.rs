//! `leverframe healthcheck`: asks a running service whether it is ready.

use super::{Fault, remote::Service};
use crate::{cli::Remote, exit::Exit, terminal::say};

/// Asks, and ends with 0 if the service is ready.
pub(crate) async fn run(remote: &Remote) -> Result<Exit, Fault> {
    let service = Service::new(remote)?;
    let answer = service.get(api::route::READYZ, &[], &[]).await;
    let answer = answer.map_err(|fault| Fault { exit: Exit::Failed, ..fault })?;
    say(&if remote.json { answer.json.to_string() } else { "ready".to_owned() });
    Ok(Exit::Succeeded)
}
