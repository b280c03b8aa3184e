//! `promql`: range and instant queries, framed as Grafana's own Prometheus datasource frames them.

mod fields;
mod layout;

use bytes::Bytes;
use prometheus::{Auth, Client, ClientConfig, Limit, Limits, RangeQuery, Summary};

use super::{failure::of_prometheus, fields::refused};
use crate::{
    error::Error,
    frame_sink::FrameSink,
    metrics::Metrics,
    query_data::{Frames, QueryCall},
    settings::{Encoding, HttpMethod, Login, Prometheus},
};
use fields::Plan;

/// Answers a PromQL query. Nothing is parsed here: Prometheus knows its language best.
///
/// # Errors
/// Of the query, the settings, or Prometheus.
pub(super) async fn answer(call: &QueryCall) -> Result<Frames, Error> {
    let settings = match &call.instance.settings.prometheus {
        Ok(Some(settings)) => settings,
        Ok(None) => {
            let upstream = "Prometheus".to_owned();
            return Err(Error::NotConfigured { upstream, setting: "prometheusUrl" });
        }
        Err(faults) => return Err(faults.clone().into()),
    };
    let plan = Plan::new(&call.query, settings.interval.as_deref().unwrap_or_default())?;
    let http = call.instance.http.clone()?;
    let client = Client::with_http(config(settings), http).map_err(of_prometheus)?;
    let asked = Asked { client, plan: &plan, metrics: &call.instance.metrics };
    let (range, instant) = futures::try_join!(asked.range(), asked.instant())?;
    Ok(range.into_iter().chain(instant).collect())
}

/// A query on its way.
struct Asked<'a> {
    client: Client,
    plan: &'a Plan,
    metrics: &'a Metrics,
}

impl Asked<'_> {
    async fn range(&self) -> Result<Vec<Bytes>, Error> {
        let plan = self.plan;
        if !plan.range {
            return Ok(Vec::new());
        }
        let query =
            RangeQuery { expr: plan.expr.clone(), range: plan.aligned_range(), step: plan.step };
        let mut sink = FrameSink::new(&plan.expr, &plan.legend);
        let answer = self.client.query_range(&query, &mut sink).await;
        self.framed(sink, answer)
    }

    async fn instant(&self) -> Result<Vec<Bytes>, Error> {
        let plan = self.plan;
        if !plan.instant {
            return Ok(Vec::new());
        }
        let Ok(at) = jiff::Timestamp::from_millisecond(plan.time_range.to_ms()) else {
            return refused("the end of the range is out of range");
        };
        let mut sink = FrameSink::new(&plan.expr, &plan.legend);
        let answer = self.client.query(&plan.expr, Some(at), &mut sink).await;
        self.framed(sink, answer)
    }

    fn framed(
        &self,
        sink: FrameSink<'_>,
        answer: Result<Summary, prometheus::Error>,
    ) -> Result<Vec<Bytes>, Error> {
        let answer = answer.map_err(of_prometheus);
        self.metrics.upstream("prometheus", answer.as_ref().err());
        layout::frames(self.plan, sink.finish(), answer?)
    }
}

fn config(settings: &Prometheus) -> ClientConfig {
    let bytes = Limit::new("responseBytesLimit", settings.bytes_limit);
    let series = Limit::new("seriesLimit", settings.series_limit);
    // A point takes bytes too, so one setting bounds both.
    let limits = Limits { bytes, series, points: bytes };
    ClientConfig {
        auth: match &settings.login {
            Login::Nobody => Auth::None,
            Login::Basic(user, password) => {
                Auth::Basic { user: user.clone(), password: password.clone() }
            }
            Login::Bearer(token) => Auth::Bearer(token.clone()),
        },
        timeout: settings.timeout,
        method: match settings.method {
            HttpMethod::Post => prometheus::HttpMethod::Post,
            HttpMethod::Get => prometheus::HttpMethod::Get,
        },
        accept_encoding: match settings.encoding {
            Encoding::Auto => prometheus::AcceptEncoding::Auto,
            Encoding::Identity => prometheus::AcceptEncoding::Identity,
            Encoding::Gzip => prometheus::AcceptEncoding::Gzip,
        },
        ..ClientConfig::new(settings.endpoint.url().clone(), limits)
    }
}
