//! From collected series to frames: their types, names and metadata.

use bytes::Bytes;
use frames::{
    Cells, Column, Config, Field, Frame, FrameType, Labels, Meta, Notice, Severity, Texts, long,
    multi,
};
use prometheus::{ResultType, Summary, time::format_go};

use super::{
    super::failure::of_frame,
    fields::{Format, Plan},
};
use crate::{error::Error, frame_sink::Collected};

/// Lays an answer out as the query's format wants it.
///
/// # Errors
/// When a frame cannot be written.
pub(super) fn frames(
    plan: &Plan,
    collected: Collected,
    summary: Summary,
) -> Result<Vec<Bytes>, Error> {
    let result = summary.result;
    let notices = notices(&collected, summary);
    let mut meta = Meta { notices, ..Meta::of(frame_type(result, plan.format)) };
    let executed = format!("Expr: {}\nStep: {}", plan.expr, format_go(plan.step.millis()));
    if collected.is_empty() {
        // An empty answer still tells what was asked; alerting takes a frame without fields for no
        // data.
        meta.kind = FrameType::None;
        meta.executed_query_string = Some(executed);
        return written([empty(plan, meta)]);
    }
    meta.custom.insert("resultType".to_owned(), result.name().into());
    let mut meta_first = meta.clone();
    meta_first.custom.insert("calculatedMinStep".to_owned(), plan.step.millis().into());
    meta_first.executed_query_string = Some(executed);
    let interval_ms = Some(interval(plan));
    if let Some((time_ns, text)) = collected.text {
        return written([text_frame(plan, meta_first, time_ns, &text)]);
    }
    if plan.format == Format::Table {
        return written([long::frame(&collected.table, &plan.ref_id, meta_first, interval_ms)]);
    }
    let layout = multi::Layout { ref_id: plan.ref_id.clone(), meta, meta_first, interval_ms };
    multi::frames(collected.table, &layout).map_err(|error| of_frame(&error))
}

#[expect(clippy::cast_precision_loss, reason = "a step is far below 2^53 milliseconds")]
fn interval(plan: &Plan) -> f64 {
    plan.step.millis() as f64
}

fn frame_type(result: ResultType, format: Format) -> FrameType {
    match (result, format) {
        (ResultType::String, _) => FrameType::StringSeries,
        (ResultType::Matrix, Format::Table) => FrameType::TimeSeriesLong,
        (ResultType::Matrix, _) => FrameType::TimeSeriesMulti,
        (ResultType::Vector | ResultType::Scalar, Format::Table) => FrameType::NumericLong,
        (ResultType::Vector | ResultType::Scalar, _) => FrameType::NumericMulti,
    }
}

fn notices(collected: &Collected, summary: Summary) -> Vec<Notice> {
    let notice = |severity| move |text| Notice { severity, text };
    let mut notices: Vec<_> = summary.warnings.into_iter().map(notice(Severity::Warning)).collect();
    notices.extend(summary.infos.into_iter().map(notice(Severity::Info)));
    if collected.histograms > 0 {
        let text = format!(
            "{} samples of native histograms are not shown: heatmaps are not available yet; ask for \
             histogram_quantile, histogram_count or histogram_sum",
            collected.histograms
        );
        notices.push(Notice { severity: Severity::Warning, text });
    }
    notices
}

fn empty(plan: &Plan, meta: Meta) -> Frame {
    let name = if meta.notices.is_empty() { "" } else { "Warnings" };
    Frame {
        name: name.to_owned(),
        ref_id: plan.ref_id.clone(),
        meta: Some(meta),
        fields: Vec::new(),
    }
}

fn text_frame(plan: &Plan, meta: Meta, time_ns: i64, text: &str) -> Frame {
    let (mut times, mut texts) = (Cells::plain(), Texts::plain());
    times.push(time_ns);
    texts.push(text);
    let mut time = Field::new("Time", Column::Time(times));
    time.config = Some(Config { interval: Some(interval(plan)), ..Config::default() });
    let mut value = Field::new("Value", Column::Text(texts));
    value.labels = Some(Labels::from_json("{}"));
    Frame {
        name: String::new(),
        ref_id: plan.ref_id.clone(),
        meta: Some(meta),
        fields: vec![time, value],
    }
}

fn written<const N: usize>(frames: [Frame; N]) -> Result<Vec<Bytes>, Error> {
    let bytes = frames.into_iter().map(|frame| frame.to_bytes().map_err(|e| of_frame(&e)));
    bytes.collect()
}
