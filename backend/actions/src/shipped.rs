//! The definitions that come with Leverframe, as texts: `leverframe init` writes them beside the
//! configuration.

/// File name and text of each shipped definition.
pub const SHIPPED: &[(&str, &str)] = &[
    ("call-node-api.yaml", include_str!("../../../actions/call-node-api.yaml")),
    ("drain-node.yaml", include_str!("../../../actions/drain-node.yaml")),
    ("return-node.yaml", include_str!("../../../actions/return-node.yaml")),
    ("set-weight.yaml", include_str!("../../../actions/set-weight.yaml")),
];
