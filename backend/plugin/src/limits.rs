//! Every limit of this crate, in one place, each with its reason.

use std::time::Duration;

/// Largest gRPC message taken, in bytes: what Grafana's own plugins take.
pub(crate) const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Largest gRPC message given, in bytes: Grafana's client counts in `i32`.
pub(crate) const RESPONSE_BYTES_MAX: usize = i32::MAX as usize;

/// Most queries in one call; a panel has a handful.
pub(crate) const QUERIES_PER_CALL_MAX: usize = 256;

/// Queries of one call that are answered at the same time, so that one panel cannot take all
/// places.
pub(crate) const QUERIES_AT_ONCE_PER_CALL: usize = 8;

/// Queries that are answered at the same time: together with the answers' limit this bounds the
/// memory.
pub(crate) const QUERIES_AT_ONCE: usize = 32;

/// Longest text of a query, in bytes.
pub(crate) const QUERY_JSON_BYTES_MAX: usize = 256 * 1024;

/// Longest error text in an answer, in bytes.
pub(crate) const ERROR_TEXT_BYTES_MAX: usize = 2048;

/// Instances kept; a Grafana has few datasources of ours, and old settings leave when new ones
/// come.
pub(crate) const INSTANCES_MAX: usize = 64;

/// Longest value of a query parameter of a resource call, in bytes.
pub(crate) const PARAMETER_BYTES_MAX: usize = 1024;

/// Requests of resources that wait for the service at the same time; each may hold an answer of
/// [`SERVICE_ANSWER_BYTES_MAX`]. Event streams have places of their own.
pub(crate) const RESOURCE_CALLS_AT_ONCE: usize = 256;

/// Largest answer of the service that is read, in bytes: a page of runs with all their steps.
pub(crate) const SERVICE_ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Largest single event of a run, in bytes: a run is a bounded snapshot far below this.
pub(crate) const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// Event streams open at the same time; clients poll where there is no place.
pub(crate) const EVENT_STREAMS_MAX: usize = 256;

/// Event streams of one user at the same time: a dashboard with a few panels in a few tabs.
pub(crate) const EVENT_STREAMS_PER_SUBJECT_MAX: usize = 16;

/// Calls on one connection at the same time: Grafana uses one for all, and open event streams must
/// not keep queries out, so this is well above [`EVENT_STREAMS_MAX`].
pub(crate) const CALLS_AT_ONCE: u32 = 1024;

/// Silence after which an event stream is given up; the service says something every 15 s.
pub(crate) const EVENTS_SILENCE_MAX: Duration = Duration::from_mins(1);

/// How long an event stream may last; a client goes on with `?after=`.
pub(crate) const EVENTS_LASTING_MAX: Duration = Duration::from_hours(1);

/// Longest wait for a connection to an upstream: one that is up answers within a few round trips.
pub(crate) const CONNECT_TIMEOUT_MAX: Duration = Duration::from_secs(5);

/// Default of `timeoutSeconds`.
pub(crate) const TIMEOUT_SECONDS_DEFAULT: u64 = 30;

/// Largest `timeoutSeconds`: Grafana's own proxy gives up long before.
pub(crate) const TIMEOUT_SECONDS_MAX: u64 = 600;

/// Default of `seriesLimit`: no panel draws more.
pub(crate) const SERIES_LIMIT_DEFAULT: u64 = 50_000;

/// Largest `seriesLimit`.
pub(crate) const SERIES_LIMIT_MAX: u64 = 1_000_000;

/// Default of `responseBytesLimit`.
pub(crate) const RESPONSE_BYTES_LIMIT_DEFAULT: u64 = 256 * 1024 * 1024;

/// Largest `responseBytesLimit`: an answer must fit into one gRPC message.
pub(crate) const RESPONSE_BYTES_LIMIT_MAX: u64 = 2_000_000_000;

/// Most node APIs of one datasource.
pub(crate) const NODE_APIS_MAX: usize = 32;

/// Most listed paths of one node API.
pub(crate) const NODE_API_PATHS_MAX: usize = 64;

/// Largest answer read while checking an upstream's health, in bytes.
pub(crate) const HEALTH_ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How often the parent is looked for: an orphan is gone within about a second.
pub(crate) const PARENT_POLL: Duration = Duration::from_secs(1);

/// How long open connections may take to close; the host kills after 2 s.
pub(crate) const SHUTDOWN_GRACE: Duration = Duration::from_millis(500);

/// Longest text in a log line, in bytes: go-plugin splits lines of 64 KiB.
pub(crate) const LOG_TEXT_BYTES_MAX: usize = 8 * 1024;

/// Longest socket path, in bytes: `sun_path` holds 108 with its NUL.
pub(crate) const SOCKET_PATH_BYTES_MAX: usize = 100;
