//! `load`: asks a URL at a steady rate and prints one summary at the end.

mod latency;
mod summary;

use std::{str::FromStr, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use clap::Args;
use reqwest::{Client, redirect};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};
use url::Url;

use self::summary::{Asked, Summary};
use crate::{
    ready::{self, ReadyLine},
    serve::SERVER_HEADER,
    stop::Stop,
};

/// Longest request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long requests that are under way at the end may go on.
const GRACE: Duration = Duration::from_millis(1200);

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// The arguments of `load`.
#[derive(Args)]
pub(crate) struct LoadArgs {
    /// What to ask, as `http://127.0.0.1:8080/work?ms=5`
    #[arg(long)]
    url: Url,
    /// Requests a second, 0.1 to 10000
    #[arg(long, default_value_t = 50.0, value_parser = rate)]
    rate: f64,
    /// How long: a number of seconds, or `forever`
    #[arg(long, default_value = "forever")]
    seconds: Seconds,
    /// Most requests at once; what is due beyond is counted as missed
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: u16,
    /// End when stdin ends, so that the load cannot outlive its parent
    #[arg(long)]
    until_stdin_closes: bool,
}

/// How long the load goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seconds {
    /// For this time.
    For(Duration),
    /// Until stopped.
    Forever,
}

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "forever" => Ok(Self::Forever),
            text => match text.parse() {
                Ok(seconds @ 1..=86_400) => Ok(Self::For(Duration::from_secs(seconds))),
                _ => Err("must be 1 to 86400, or forever".to_owned()),
            },
        }
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.1..=10_000.0).contains(&rate) => Ok(rate),
        _ => Err("must be 0.1 to 10000".to_owned()),
    }
}

/// Asks until the time is over or the process is stopped.
pub(crate) async fn run(args: LoadArgs) -> anyhow::Result<()> {
    ensure!(matches!(args.url.scheme(), "http" | "https"), "--url must be http or https");
    let mut stop = Stop::listen(args.until_stdin_closes)?;
    // Only this process decides, so a provider that is installed already is the same one.
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(REQUEST_TIMEOUT)
        .build()
        .context("making the HTTP client")?;
    ReadyLine::print("load", args.url.as_str())?;
    ready::print(&load(&args, &client, &mut stop).await)
}

async fn load(args: &LoadArgs, client: &Client, stop: &mut Stop) -> Summary {
    let mut summary = Summary::default();
    let permits = Arc::new(Semaphore::new(usize::from(args.concurrency)));
    let mut asking = JoinSet::new();
    let mut ticks = interval(Duration::from_secs_f64(1.0 / args.rate));
    // Ticks that came late are made up for, so the rate holds beyond the timer's resolution.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = over(args.seconds);
    let mut end = std::pin::pin!(end);
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => break,
            () = &mut end => break,
            Some(asked) = asking.join_next() => summary.take(asked.ok()),
            _ = ticks.tick() => match Arc::clone(&permits).try_acquire_owned() {
                Ok(permit) => {
                    summary.sent += 1;
                    let (client, url) = (client.clone(), args.url.clone());
                    asking.spawn(async move {
                        let asked = ask(&client, url).await;
                        drop(permit);
                        asked
                    });
                }
                Err(_) => summary.missed += 1,
            },
        }
    }
    let rest = async {
        while let Some(asked) = asking.join_next().await {
            summary.take(asked.ok());
        }
    };
    // What is cut here was sent and never answered: it counts as failed below.
    timeout(GRACE, rest).await.ok();
    summary.failed = summary.sent - summary.ok;
    summary
}

async fn over(seconds: Seconds) {
    match seconds {
        Seconds::For(time) => sleep_until(Instant::now() + time).await,
        Seconds::Forever => std::future::pending().await,
    }
}

/// Asks once. An answer counts when it is a 2xx that was read to its end.
async fn ask(client: &Client, url: Url) -> Asked {
    let start = Instant::now();
    let answer = async {
        let mut response = client.get(url).send().await.ok()?;
        let server = response.headers().get(SERVER_HEADER).and_then(|name| name.to_str().ok());
        let server = server.unwrap_or("unknown").to_owned();
        let mut length = 0;
        while let Some(chunk) = response.chunk().await.ok()? {
            length += chunk.len();
            if length > ANSWER_BYTES_MAX {
                return None;
            }
        }
        Some((server, response.status().is_success()))
    };
    let (server, ok) = answer.await.map_or((None, false), |(server, ok)| (Some(server), ok));
    Asked { server, ok, took: start.elapsed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_seconds_or_for_ever() {
        assert_eq!("forever".parse(), Ok(Seconds::Forever));
        assert_eq!("2".parse(), Ok(Seconds::For(Duration::from_secs(2))));
        for text in ["0", "-1", "1.5", "x", "86401", ""] {
            assert!(text.parse::<Seconds>().is_err(), "{text}");
        }
        assert!(rate("0.1").is_ok() && rate("nan").is_err() && rate("0").is_err());
    }
}
