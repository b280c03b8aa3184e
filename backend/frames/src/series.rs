//! The points of many series in two arenas, as they come off the wire.

use crate::Labels;

/// Many series; a point costs two pushes and no allocation of its own.
///
/// Points go to the series that is open; [`SeriesTable::end`] closes it with what is known of it by
/// then.
#[derive(Debug, Clone, Default)]
pub struct SeriesTable {
    pub(crate) times: Vec<i64>,
    pub(crate) values: Vec<f64>,
    pub(crate) heads: Vec<SeriesHead>,
    ends: Vec<usize>,
}

/// What is known of a series beside its points.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesHead {
    /// Name of the value field.
    pub name: String,
    /// The labels.
    pub labels: Labels,
    /// The legend, if the datasource gives one.
    pub display_name: Option<String>,
}

/// One series of a table.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// What is known of it.
    pub head: &'a SeriesHead,
    /// Nanoseconds since the epoch.
    pub times: &'a [i64],
    /// The numbers at these times.
    pub values: &'a [f64],
}

impl SeriesTable {
    /// Makes an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a point to the open series.
    #[inline]
    pub fn push(&mut self, time_ns: i64, value: f64) {
        self.times.push(time_ns);
        self.values.push(value);
    }

    /// Closes the open series.
    pub fn end(&mut self, head: SeriesHead) {
        self.heads.push(head);
        self.ends.push(self.times.len());
    }

    /// Returns how many points there are, those of the open series included.
    pub fn points(&self) -> usize {
        self.times.len()
    }

    /// Returns how many series are closed.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Tells whether no series is closed.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Returns the closed series in their order.
    pub fn series(&self) -> impl Iterator<Item = Series<'_>> {
        self.heads.iter().zip(self.ranges()).map(|(head, range)| Series {
            head,
            times: &self.times[range.clone()],
            values: &self.values[range],
        })
    }

    pub(crate) fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied()).map(|(start, end)| start..end)
    }
}
