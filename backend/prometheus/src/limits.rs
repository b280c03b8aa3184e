//! Every limit of this crate, in one place, each with its reason.

/// Longest PromQL text in bytes; far above what a person writes.
pub const QUERY_BYTES_MAX: usize = 64 * 1024;

/// Longest PromQL text outside of string literals, in bytes: the parser's time grows with its
/// tokens.
pub const QUERY_BARE_BYTES_MAX: usize = 8 * 1024;

/// Deepest nesting of brackets and signs: the parser recurses, and a deep text would end the
/// process.
pub const QUERY_DEPTH_MAX: usize = 64;

/// Most binary operators in one text: a long chain takes the parser quadratic time.
pub const QUERY_OPERATORS_MAX: usize = 256;

/// Most selectors in one text; guards ask for the freshness of each.
pub const QUERY_SELECTORS_MAX: usize = 64;

/// Most digits of one part of a duration: the parser drops parts beyond 32 bits without a word.
pub const DURATION_DIGITS_MAX: usize = 9;

/// Most placeholders in one template.
pub const PLACEHOLDERS_MAX: usize = 64;

/// Longest value put into a matcher by a template, in bytes.
pub const PLACEHOLDER_VALUE_BYTES_MAX: usize = 1024;

/// Longest text of an upstream's error that is passed on, in bytes.
pub const ERROR_TEXT_BYTES_MAX: usize = 1024;

/// Longest body that is read in search of an error message, in bytes.
pub const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;

/// Most warnings, and separately infos, that are kept of one answer.
pub const NOTICES_MAX: usize = 64;

/// Longest warning or info that is kept, in bytes.
pub const NOTICE_BYTES_MAX: usize = 1024;

/// Longest token of an answer (a label set, a histogram, a string) in bytes: the cap on what waits.
pub const TOKEN_BYTES_MAX: usize = 256 * 1024;

/// Most labels of one series.
pub const LABELS_MAX: usize = 256;

/// Most buckets of one native histogram.
pub const BUCKETS_MAX: usize = 4096;

/// Deepest nesting of parts of an answer that are skipped; one bit of a word per level.
pub const SKIP_DEPTH_MAX: u32 = 64;

/// Most points of a series that Prometheus answers; it refuses more.
pub const POINTS_PER_SERIES_MAX: i64 = 11_000;

/// Largest answer to a query that is due one value, in bytes.
pub const VALUE_BYTES_MAX: u64 = 1024 * 1024;

/// Most series of an instant vector that is read whole.
pub const VECTOR_SERIES_MAX: u64 = 10_000;
