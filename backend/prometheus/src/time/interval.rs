//! Interval texts: what Grafana's users write, and what its macros print.

use crate::Error;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Parses an interval into milliseconds: digits alone are seconds; else one number with `d`, `w`,
/// `M` (30 days) or `y`, or a duration as Go writes it (`1h30m`, `1.5s`, `250ms`). `<` and `>`
/// before it are dropped. It must be at least one millisecond and at most ten years.
pub fn parse_interval(field: &'static str, text: &str) -> Result<i64, Error> {
    let bare = text.trim_matches(['<', '>', ' ']);
    let bad = || Error::bad_field(field, format!("`{}` is no interval", shown(text)));
    let millis = parse(bare).ok_or_else(bad)?;
    if !(1..=10 * YEAR).contains(&millis) {
        return Err(Error::bad_field(field, "must be between 1ms and 10y"));
    }
    Ok(millis)
}

fn shown(text: &str) -> &str {
    &text[..text.floor_char_boundary(40)]
}

fn parse(text: &str) -> Option<i64> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse::<i64>().ok()?.checked_mul(SECOND);
    }
    let unit = match text.as_bytes().last()? {
        b'd' => DAY,
        b'w' => 7 * DAY,
        b'M' => 30 * DAY,
        b'y' => YEAR,
        _ => return parse_go(text),
    };
    let digits = &text[..text.len() - 1];
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse::<i64>().ok()?.checked_mul(unit)).flatten()
}

/// A list of decimals with units; summed in nanoseconds, cut to milliseconds.
fn parse_go(text: &str) -> Option<i64> {
    let (mut rest, mut nanos) = (text, 0_i128);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let length = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(length);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        nanos = nanos.checked_add(decimal(number, unit)?)?;
        rest = tail;
    }
    i64::try_from(nanos / 1_000_000).ok()
}

fn decimal(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if number.len() > 24 || (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let parse = |digits: &str| match digits {
        "" => Some(0),
        digits => digits.parse::<i128>().ok(),
    };
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = parse(fraction)?.checked_mul(unit)? / scale;
    parse(whole)?.checked_mul(unit)?.checked_add(part)
}

/// Prints milliseconds as one whole number of the largest unit that fits (`90s` becomes `1m`).
pub fn format_interval(millis: i64) -> String {
    let units = [(YEAR, "y"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s"), (1, "ms")];
    match units.iter().find(|(size, _)| millis >= *size) {
        Some((size, unit)) => format!("{}{unit}", millis / size),
        None => "1ms".to_owned(),
    }
}

/// Prints milliseconds as Go prints a duration: `15s`, `1m0s`, `1h0m0s`, `1.5s`, `250ms`.
pub fn format_go(millis: i64) -> String {
    if millis == 0 {
        return "0s".to_owned();
    }
    if millis < SECOND {
        return format!("{millis}ms");
    }
    let seconds = super::seconds(millis % MINUTE);
    match (millis / HOUR, millis % HOUR / MINUTE) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// Rounds an interval to one that people like; the table is Grafana's.
pub(super) fn round(millis: i64) -> i64 {
    const TABLE: [(i64, i64); 28] = [
        (10, 1),
        (15, 10),
        (35, 20),
        (75, 50),
        (150, 100),
        (350, 200),
        (750, 500),
        (1_500, SECOND),
        (3_500, 2 * SECOND),
        (7_500, 5 * SECOND),
        (12_500, 10 * SECOND),
        (17_500, 15 * SECOND),
        (25_000, 20 * SECOND),
        (45_000, 30 * SECOND),
        (90_000, MINUTE),
        (210_000, 2 * MINUTE),
        (450_000, 5 * MINUTE),
        (750_000, 10 * MINUTE),
        (1_050_000, 15 * MINUTE),
        (1_500_000, 20 * MINUTE),
        (2_700_000, 30 * MINUTE),
        (5_400_000, HOUR),
        (9_000_000, 2 * HOUR),
        (16_200_000, 3 * HOUR),
        (9 * HOUR, 6 * HOUR),
        (DAY, 12 * HOUR),
        (7 * DAY, DAY),
        (21 * DAY, 7 * DAY),
    ];
    match TABLE.iter().find(|(upper, _)| millis <= *upper) {
        Some((_, value)) => *value,
        None if millis < 2 * YEAR => 30 * DAY,
        None => YEAR,
    }
}
