//! What an answer holds: its rows, and every name by which a panel may know its fields.

use std::collections::BTreeSet;

use serde_json::Value;

use super::dashboard::list;

/// Returns whether any frame has a row.
pub(super) fn has_rows(frames: &[Value]) -> bool {
    frames.iter().any(|frame| rows(frame) > 0)
}

/// Returns the names of all fields: their own, and the ones that are shown.
pub(super) fn names(frames: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for field in frames.iter().flat_map(|frame| list(&frame["schema"]["fields"])) {
        let config = &field["config"];
        let all = [&field["name"], &config["displayName"], &config["displayNameFromDS"]];
        found.extend(all.into_iter().filter_map(Value::as_str).map(str::to_owned));
    }
    found
}

/// Returns a cell of the first table that has this field.
pub(super) fn cell(frames: &[Value], field: &str, row: usize) -> Option<String> {
    frames.iter().find_map(|frame| {
        let fields = list(&frame["schema"]["fields"]);
        let at = fields.iter().position(|one| one["name"] == field)?;
        let value = list(&frame["data"]["values"]).get(at)?.get(row)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    })
}

fn rows(frame: &Value) -> usize {
    list(&frame["data"]["values"]).first().map_or(0, |column| list(column).len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn frame(values: &Value) -> Value {
        let shown = json!({"displayNameFromDS": "web-1"});
        let fields = json!([{"name": "Time"}, {"name": "Value", "config": shown}]);
        json!({"schema": {"fields": fields}, "data": {"values": values}})
    }

    #[test]
    fn a_frame_without_fields_or_rows_is_empty() {
        assert!(!has_rows(&[json!({"schema": {"fields": []}, "data": {"values": []}})]));
        assert!(!has_rows(&[frame(&json!([[], []]))]));
        assert!(has_rows(&[frame(&json!([[1], [null]]))]));
    }

    #[test]
    fn a_field_is_known_by_its_own_name_and_by_its_legend() {
        let found = names(&[frame(&json!([[1], [2]]))]);
        assert!(["Time", "Value", "web-1"].iter().all(|name| found.contains(*name)));
    }

    #[test]
    fn a_cell_is_its_text() {
        let frames = [frame(&json!([[1, 2], [3, "x"]]))];
        assert_eq!(cell(&frames, "Value", 1).as_deref(), Some("x"));
        assert_eq!(cell(&frames, "Value", 2), None);
    }
}
