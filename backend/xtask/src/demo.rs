//! `demo`: sets up everything, builds, and starts demo cluster and product; or presses and exits.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::arguments::{Arguments, Usage};
use crate::clock::Stopwatch;
use crate::machine::go::Go;
use crate::machine::{packages, prerequisites};
use crate::place::Place;
use crate::progress::Progress;
use crate::stack::grafana::{HOME_VARIABLE, Home};
use crate::stack::{self, Stack};
use crate::{build, interrupt, smoke};

/// How often the running demo looks after its programs.
const LOOK: Duration = Duration::from_millis(500);

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    smoke: bool,
    data: Option<PathBuf>,
    seconds: Option<u64>,
}

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let options = options(words)?;
    let place = Place::find()?;
    let progress = Progress::start();
    if options.smoke {
        let folder = smoke::Folder::make(options.data.as_deref())?;
        set_up(&place, &folder.path, progress)?;
        let figures = smoke::run(&place, &folder, progress)?;
        println!("{figures}");
        return Ok(());
    }
    let data = options.data.unwrap_or_else(|| place.target.join("demo"));
    let data = absolute(&data)?;
    set_up(&place, &data, progress)?;
    let mut stack = Stack::start(&place, &data, progress)?;
    let step = progress.step("Grafana");
    match Home::find(&place) {
        Ok(home) => step.done(stack.start_grafana(&place, &home)?),
        Err(why) => step.done(why),
    }
    println!("{}", guide(&stack));
    println!("{}", stack.summary());
    let ended = stay(&mut stack, options.seconds.map(Duration::from_secs));
    let step = progress.step("stopping");
    stack.stop();
    step.done("");
    ended
}

fn options(words: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut arguments = Arguments::new(words);
    while let Some(word) = arguments.next() {
        match word {
            "--smoke" => options.smoke = true,
            "--data" => options.data = Some(PathBuf::from(arguments.value(word)?)),
            "--seconds" => {
                let seconds = arguments.value(word)?.parse();
                options.seconds =
                    Some(seconds.map_err(|_| Usage("--seconds needs a whole number".to_owned()))?);
            }
            other => return Err(Usage(format!("unexpected argument {other:?}")).into()),
        }
    }
    if options.smoke && options.seconds.is_some() {
        return Err(Usage("--smoke ends by itself: it takes no --seconds".to_owned()).into());
    }
    Ok(options)
}

/// Checks the machine, installs what is missing, and builds.
fn set_up(place: &Place, data: &Path, progress: Progress) -> Result<()> {
    let logs = stack::logs(data)?;
    let step = progress.step("prerequisites");
    step.done(prerequisites::check()?);
    let step = progress.step("Debian packages");
    step.done(packages::install(place)?);
    let step = progress.step("Go");
    let go = Go::find(place)?;
    step.done(go.origin.clone());
    let step = progress.step("building plugin, service and worker");
    build::binaries(place, &logs.join("build-rust.log"))?;
    step.done("");
    let step = progress.step("building the test host");
    build::host(place, &go, &logs.join("build-go.log"))?;
    step.done("");
    Ok(())
}

/// Returns the path as the programs need it, which run in other folders.
pub(crate) fn absolute(data: &Path) -> Result<PathBuf> {
    fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    data.canonicalize().with_context(|| format!("cannot find {}", data.display()))
}

/// Stays until told to stop or the time is over; fails when a program ends by itself.
fn stay(stack: &mut Stack, time: Option<Duration>) -> Result<()> {
    let watch = Stopwatch::start();
    while time.is_none_or(|time| watch.elapsed() < time) {
        if let Some(news) = stack.look_after()? {
            eprintln!("{news}");
        }
        if interrupt::pause(LOOK).is_err() {
            break;
        }
    }
    Ok(())
}

/// Returns what to look at and what to try.
fn guide(stack: &Stack) -> String {
    let node = stack.nodes.get(1).map_or("web-2", String::as_str);
    let query = r#"{"queries":[{"refId":"A","queryType":"nodes"}],"from":"now-5m","to":"now"}"#;
    let grafana = stack.grafana.as_ref().map_or_else(
        || format!("none was found; {HOME_VARIABLE} names the home folder of one"),
        |grafana| format!("{}   (admin, admin)", grafana.dashboard_url()),
    );
    let press = format!(r#"{{"target":"node/{node}","reason":"try it"}}"#);
    format!(
        "\n\
        Everything runs on loopback; its data and logs lie in {data}.\n\
        \n\
        \x20 service     {service}   (/metrics, /sd/workers, /openapi.json)\n\
        \x20 Prometheus  {prometheus}\n\
        \x20 HAProxy     {haproxy}/work?ms=5\n\
        \x20 test host   {host}   (the plugin, as Grafana would offer it)\n\
        \x20 Grafana     {grafana}\n\
        \n\
        Try, in another terminal:\n\
        \n\
        \x20 export LEVERFRAME_URL={service} LEVERFRAME_TOKEN=$(cat {token})\n\
        \x20 {tool} nodes\n\
        \x20 {tool} plan drain-node node/{node} --reason 'try it'\n\
        \x20 {tool} run drain-node node/{node} --reason 'try it' --yes --wait\n\
        \x20 {tool} run return-node node/{node} --wait\n\
        \x20 {tool} runs\n\
        \n\
        Through the plugin, as a panel asks for its rows and as a button asks for a plan:\n\
        \n\
        \x20 curl -s {host}/api/ds/query -H 'content-type: application/json' -d '{query}'\n\
        \x20 curl -s {plan} -H 'content-type: application/json' -d '{press}'\n\
        \n\
        Ctrl-C stops everything.\n",
        data = stack.data.display(),
        service = stack.service.url,
        token = stack.service.token_file.display(),
        tool = stack.service.program.display(),
        prometheus = stack.prometheus.url,
        haproxy = stack.haproxy.url,
        host = stack.host.url,
        plan = stack.host.resource("actions/drain-node/plan"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options> {
        options(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read() {
        let expected = Options { smoke: false, data: Some(PathBuf::from("x")), seconds: Some(5) };
        assert_eq!(read("--data x --seconds 5").unwrap(), expected);
        assert!(read("--smoke").unwrap().smoke);
    }

    #[test]
    fn wrong_options_are_wrong_usage() {
        for line in ["--data", "--seconds x", "--smoke --seconds 5", "more"] {
            assert!(read(line).unwrap_err().is::<Usage>(), "{line}");
        }
    }
}
