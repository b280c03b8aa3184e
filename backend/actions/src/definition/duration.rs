//! `30s`, `2m`, `1h`, and `10/h`: how long and how often, as definitions write it.

use std::time::Duration;

use runs::store::Rate;

use crate::limits;

/// Reads `30s`, `2m` or `1h`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let fault = || format!("`{text}` is no duration: write `30s`, `2m` or `1h`");
    let unit = text.chars().last().and_then(seconds).ok_or_else(fault)?;
    let digits = &text[..text.len() - 1];
    let duration = whole(digits).and_then(|n| n.checked_mul(unit)).map(Duration::from_secs);
    let duration = duration.ok_or_else(fault)?;
    if duration > limits::DURATION_MAX {
        return Err(format!("`{text}` is longer than {} h", limits::DURATION_MAX.as_secs() / 3600));
    }
    Ok(duration)
}

/// Reads `10/h`: so many runs in a second, minute, hour or day.
pub(crate) fn rate(text: &str) -> Result<Rate, String> {
    let fault = || format!("`{text}` is no rate: write `10/h`, with one of s m h d");
    let (runs, unit) = text.split_once('/').ok_or_else(fault)?;
    let mut unit = unit.chars();
    let window = match (unit.next(), unit.next()) {
        (Some('d'), None) => 24 * 60 * 60,
        (Some(unit), None) => seconds(unit).ok_or_else(fault)?,
        _ => return Err(fault()),
    };
    let runs = whole(runs).and_then(|runs| u32::try_from(runs).ok()).filter(|runs| *runs > 0);
    Ok(Rate { runs: runs.ok_or_else(fault)?, window: Duration::from_secs(window) })
}

fn seconds(unit: char) -> Option<u64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(60 * 60),
        _ => None,
    }
}

fn whole(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_number_and_one_unit() {
        for (text, seconds) in [("0s", 0), ("30s", 30), ("2m", 120), ("1h", 3600), ("24h", 86_400)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        let huge = format!("{}h", u64::MAX);
        for text in ["", "s", "30", "-1s", "+1s", "1.5h", "1h30m", "1 h", "1d", "25h", "1ä", &huge]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_so_many_in_one_unit() {
        for (text, runs, seconds) in [("1/s", 1, 1), ("10/h", 10, 3600), ("3/d", 3, 86_400)] {
            assert_eq!(
                rate(text),
                Ok(Rate { runs, window: Duration::from_secs(seconds) }),
                "{text}"
            );
        }
        for text in
            ["", "10", "/h", "0/h", "10/", "10/hour", "10/w", "-1/h", "1/2h", "99999999999/h"]
        {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
