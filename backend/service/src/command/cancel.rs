//! `leverframe cancel`: ends a run.

use serde_json::json;

use super::{Fault, plan::id, remote::Service, show};
use crate::{cli::CancelArgs, exit::Exit, terminal::say};

/// Ends a run.
pub(crate) async fn run(args: &CancelArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    let body = json!({"reason": args.reason});
    let answer = service.post(api::route::RUN_CANCEL, &[id(&args.id)?], &body).await?;
    if args.remote.json {
        say(&answer.json.to_string());
    } else {
        say(&show::run(&answer.parse()?));
    }
    Ok(Exit::Succeeded)
}
