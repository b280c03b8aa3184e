//! `leverframe run`: presses, and waits for the end if asked to.

use std::time::Duration;

use api::{Risk, Run};
use uuid::Uuid;

use super::{Fault, plan, remote::Service, show, watch};
use crate::{
    cli::RunArgs,
    exit::Exit,
    terminal::{ask, note, say},
};

/// Runs an action.
pub(crate) async fn run(args: &RunArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    let Some(hash) = confirm(&service, args).await? else {
        note("not run");
        return Ok(Exit::Refused);
    };
    let body = plan::body(&args.press, hash.as_deref())?;
    let key = Uuid::now_v7().to_string();
    let answer = service.press(plan::id(&args.press.action)?, &body, &key).await?;
    let mut run: Run = answer.parse()?;
    let mut json = answer.json;
    if run.deduplicated {
        note("the same press is running or has just ended; this is its run");
    }
    if args.wait {
        note(&format!("run {}", run.id));
        (run, json) = watch::until_end(&service, run, Duration::from_secs(args.timeout)).await?;
    }
    if args.remote.json {
        say(&json.to_string());
    } else {
        say(&show::run(&run));
    }
    if args.wait { Ok(Exit::of(run.state)) } else { Ok(accepted(&run)) }
}

/// Without a wait, acceptance is success; what has ended already says how.
fn accepted(run: &Run) -> Exit {
    if run.state.is_terminal() { Exit::of(run.state) } else { Exit::Succeeded }
}

/// Returns the plan's hash to run with, `Some(None)` for none, and `None` if a person said no.
async fn confirm(service: &Service, args: &RunArgs) -> Result<Option<Option<String>>, Fault> {
    if let Some(hash) = &args.plan_hash {
        return Ok(Some(Some(hash.clone())));
    }
    if args.yes {
        let (plan, _) = plan::make(service, &args.press).await?;
        return Ok(Some(Some(plan.hash)));
    }
    let name = plan::id(&args.press.action)?;
    let action: api::Action = service.get(api::route::ACTION, &[name], &[]).await?.parse()?;
    if action.risk == Risk::Low {
        return Ok(Some(None));
    }
    let (plan, _) = plan::make(service, &args.press).await?;
    note(&show::plan(&plan));
    match ask(plan.confirm.text.as_deref().unwrap_or("Run it?")) {
        Some(true) => Ok(Some(Some(plan.hash))),
        Some(false) => Ok(None),
        None => {
            let hint =
                "there is no terminal to ask on: add --yes, or --plan-hash with the hash above";
            Err(Fault::new(Exit::Usage, hint))
        }
    }
}
