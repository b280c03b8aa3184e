//! Every limit of this crate, with the reason for its number.

use std::time::Duration;

/// Longest whole exchange with HAProxy's runtime API, connecting included. It answers in well
/// under a millisecond; two seconds already mean that it is not well.
pub const HAPROXY_TIMEOUT: Duration = Duration::from_secs(2);

/// Commands to one HAProxy at the same time; more wait for a place. Its runtime API takes ten
/// connections by default, and people need some too.
pub const HAPROXY_COMMANDS_AT_ONCE: usize = 8;

/// Pause before a connection is tried again that a full backlog has turned away.
pub const HAPROXY_BACKLOG_PAUSE: Duration = Duration::from_millis(10);

/// How long a `set` of HAProxy may still arrive after its answer was lost.
pub const HAPROXY_SETTLE: Duration = Duration::from_secs(2);

/// Pause between two looks at a server's sessions while waiting for it to be idle.
pub const IDLE_POLL: Duration = Duration::from_millis(250);

/// Longest wait for an idle server, in seconds, that a definition may ask for.
pub const IDLE_WAIT_SECONDS_MAX: u64 = 3600;

/// Longest whole exchange with a node API, connecting and reading the body included.
pub const NODE_API_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for a connection to a node API: nothing has been sent when it is over.
pub const NODE_API_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a request to a node API may still arrive after its answer was lost.
pub const NODE_API_SETTLE: Duration = Duration::from_secs(30);

/// What an operation may need beyond its own deadline to say that the deadline has passed: whoever
/// bounds it from outside must not cut off that answer.
pub const TIMEOUT_MARGIN: Duration = Duration::from_millis(500);

/// Largest answer, in bytes, that is read from any target.
pub const REPLY_BYTES_MAX: usize = 1024 * 1024;

/// Largest body, in bytes, that `http.call` sends.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Longest text of a target, in characters, that is kept as proof or shown to a person.
pub const QUOTE_CHARS_MAX: usize = 300;

/// Longest name of a node, a pool or a server, in characters.
pub const NAME_CHARS_MAX: usize = 128;

/// Longest id of a target of any kind, in characters.
pub const TARGET_ID_CHARS_MAX: usize = 512;

/// Most nodes of one source.
pub const NODES_MAX: usize = 20_000;

/// Most labels of one node.
pub const LABELS_MAX: usize = 32;

/// Longest label value, in characters.
pub const LABEL_CHARS_MAX: usize = 256;

/// Most entries that are named one by one when a source holds entries that cannot be used.
pub const LEFT_OUT_MAX: usize = 100;

/// Oldest snapshot that still counts as sure.
pub const INVENTORY_FRESH_FOR: Duration = Duration::from_secs(15);

/// How long `http_sd` answers with the last complete list while the inventory is unsure.
pub const SD_KEEP_FOR: Duration = Duration::from_hours(1);
