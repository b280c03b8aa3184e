//! What a frame says about itself to Grafana.

use serde::Serialize;
use serde_json::{Map, Value};

/// A frame's metadata.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// What the frame promises to be; also sets `typeVersion`, without which the promise is
    /// ignored.
    #[serde(flatten)]
    pub kind: FrameType,
    /// Values of ours that Grafana hands through.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
    /// Notes that Grafana shows beside the panel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// The Live channel from which the frame grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// How Explore draws the frame.
    #[serde(rename = "preferredVisualisationType", skip_serializing_if = "Option::is_none")]
    pub visualisation: Option<Visualisation>,
    /// The query as it was sent, for the inspector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executed_query_string: Option<String>,
    /// Which columns make a row unique.
    #[serde(rename = "uniqueRowIdFields", skip_serializing_if = "Vec::is_empty")]
    pub unique_row_fields: Vec<usize>,
}

impl Meta {
    /// Makes metadata of a kind and nothing else.
    pub fn of(kind: FrameType) -> Self {
        Self { kind, ..Self::default() }
    }

    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What a frame promises to be, by Grafana's dataplane contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FrameType {
    /// No promise: a plain table.
    #[default]
    None,
    /// One series.
    TimeSeriesMulti,
    /// Rows of times, labels and a number.
    TimeSeriesLong,
    /// One number.
    NumericMulti,
    /// Rows of labels and a number.
    NumericLong,
    /// A string result: Grafana's own datasource calls it a series and takes the promise back.
    StringSeries,
}

impl Serialize for FrameType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let (name, minor) = match self {
            Self::None => (None, 0),
            Self::TimeSeriesMulti => (Some("timeseries-multi"), 1),
            Self::TimeSeriesLong => (Some("timeseries-long"), 1),
            Self::NumericMulti => (Some("numeric-multi"), 1),
            Self::NumericLong => (Some("numeric-long"), 1),
            Self::StringSeries => (Some("timeseries-multi"), 0),
        };
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = name {
            map.serialize_entry("type", name)?;
        }
        map.serialize_entry("typeVersion", &[0, minor])?;
        map.end()
    }
}

/// A note beside the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub text: String,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// The data may be wrong or partial.
    Warning,
    /// The data is wrong.
    Error,
}

/// How Explore draws a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visualisation {
    /// A graph over time.
    Graph,
    /// A table.
    Table,
}
