//! A frame: named columns of equal length, with what Grafana must know of them.

use bytes::Bytes;
use serde::Serialize;

use crate::{Column, Error, Labels, Meta, ipc};

/// A table as Grafana takes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// The frame's name; mostly empty.
    pub name: String,
    /// The query that it answers.
    pub ref_id: String,
    /// What it says about itself.
    pub meta: Option<Meta>,
    /// Its columns.
    pub fields: Vec<Field>,
}

impl Frame {
    /// Writes the frame as one Arrow IPC file.
    pub fn to_bytes(self) -> Result<Bytes, Error> {
        ipc::encode(self)
    }
}

/// A column with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The column's name.
    pub name: String,
    /// Its labels; none is not the same as an empty set.
    pub labels: Option<Labels>,
    /// How Grafana shows it.
    pub config: Option<Config>,
    /// Its values.
    pub column: Column,
}

impl Field {
    /// Makes a field without labels and configuration.
    pub fn new(name: impl Into<String>, column: Column) -> Self {
        Self { name: name.into(), labels: None, config: None, column }
    }
}

/// How Grafana shows a field.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The name that the datasource gives; the user's own name wins.
    #[serde(rename = "displayNameFromDS", skip_serializing_if = "Option::is_none")]
    pub display_name_from_ds: Option<String>,
    /// What the column means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Expected time between points in milliseconds, by which gaps are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<f64>,
}
