//! `leverframe stop`: the switch that keeps everything from starting.

use api::Stop;
use serde_json::json;

use super::{Fault, remote::Service};
use crate::{
    cli::{StopArgs, Switch},
    exit::Exit,
    terminal::{plain, say},
};

/// Shows, throws or lifts the stop switch.
pub(crate) async fn run(args: &StopArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    let set = async |stopped: bool| {
        let body = json!({"stopped": stopped, "reason": args.reason});
        service.post(api::route::SET_STOP, &[], &body).await
    };
    let answer = match args.to {
        Switch::Status => service.get(api::route::STOP, &[], &[]).await?,
        Switch::On => set(true).await?,
        Switch::Off => set(false).await?,
    };
    if args.remote.json {
        say(&answer.json.to_string());
        return Ok(Exit::Succeeded);
    }
    let stop: Stop = answer.parse()?;
    if !stop.stopped {
        say("running: actions may start");
        return Ok(Exit::Succeeded);
    }
    let by = stop.by.as_deref().map_or_else(String::new, |by| format!(" by {}", plain(by)));
    let since = stop.since.map_or_else(String::new, |since| format!(" since {since}"));
    let reason = stop.reason.as_deref().map_or_else(String::new, |why| format!(": {}", plain(why)));
    say(&format!("stopped{since}{by}{reason}"));
    Ok(Exit::Succeeded)
}
