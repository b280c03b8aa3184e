//! `leverframe runs`: the list of runs, or one of them.

use api::{Page, Run};

use super::{Fault, plan::id, remote::Service, show};
use crate::{
    cli::RunsArgs,
    exit::Exit,
    terminal::{plain, say, table},
};

/// Shows runs.
pub(crate) async fn run(args: &RunsArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    if let Some(run) = &args.id {
        let answer = service.get(api::route::RUN, &[id(run)?], &[]).await?;
        if args.remote.json {
            say(&answer.json.to_string());
        } else {
            say(&show::run(&answer.parse()?));
        }
        return Ok(Exit::Succeeded);
    }
    let answer = service.get(api::route::RUNS, &[], &query(args)).await?;
    if args.remote.json {
        say(&answer.json.to_string());
        return Ok(Exit::Succeeded);
    }
    let page: Page<Run> = answer.parse()?;
    let rows: Vec<_> = page.items.iter().map(row).collect();
    say(&table(&["ID", "CREATED", "ACTION", "TARGET", "STATE", "BY", "WHY"], &rows));
    Ok(Exit::Succeeded)
}

fn query(args: &RunsArgs) -> Vec<(&'static str, String)> {
    let mut query = vec![("limit", args.limit.to_string())];
    query.extend(args.action.clone().map(|action| ("action", action)));
    query.extend(args.target.as_ref().map(|target| ("target", target.to_string())));
    query.extend(args.state.iter().map(|state| ("state", state.clone())));
    query.extend(args.actor.clone().map(|actor| ("actor", actor)));
    query
}

fn row(run: &Run) -> Vec<String> {
    let why = run.why.as_deref().unwrap_or_default();
    let target = run.target.to_string();
    [&run.id, &run.created.to_string(), &run.action, &target, run.state.as_str(), &run.actor, why]
        .map(plain)
        .into()
}
