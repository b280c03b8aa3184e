//! `expect`: a comparison with a number, kept outside the query so that it cannot be lost in it.

use std::{fmt, str::FromStr};

/// A comparison, as in `>= 2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expect {
    comparator: Comparator,
    threshold: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Equal,
    NotEqual,
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// The two-letter signs first: `>=` also begins with `>`.
const SIGNS: [(&str, Comparator); 6] = [
    ("==", Comparator::Equal),
    ("!=", Comparator::NotEqual),
    (">=", Comparator::AtLeast),
    ("<=", Comparator::AtMost),
    (">", Comparator::Above),
    ("<", Comparator::Below),
];

impl Expect {
    /// Tells whether a finite value passes; NaN and infinities never do.
    #[expect(clippy::float_cmp, reason = "a person who writes `== 0` means exactly that")]
    pub(crate) fn holds(&self, value: f64) -> bool {
        let threshold = self.threshold;
        value.is_finite()
            && match self.comparator {
                Comparator::Equal => value == threshold,
                Comparator::NotEqual => value != threshold,
                Comparator::AtLeast => value >= threshold,
                Comparator::Above => value > threshold,
                Comparator::AtMost => value <= threshold,
                Comparator::Below => value < threshold,
            }
    }
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault =
            || format!("`{text}` is no comparison: write `>= 2`, with one of == != >= <= > <");
        let trimmed = text.trim();
        let (sign, comparator) =
            SIGNS.into_iter().find(|(sign, _)| trimmed.starts_with(sign)).ok_or_else(fault)?;
        let threshold: f64 = trimmed[sign.len()..].trim().parse().map_err(|_| fault())?;
        if threshold.is_finite() { Ok(Self { comparator, threshold }) } else { Err(fault()) }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = SIGNS.iter().find(|(_, known)| *known == self.comparator).map_or("", |(s, _)| s);
        write!(f, "{sign} {}", self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, value: f64, holds: bool) {
        assert_eq!(text.parse::<Expect>().unwrap().holds(value), holds, "{value} {text}");
    }

    #[test]
    fn a_comparison_compares() {
        for (text, below, at, above) in [
            ("== 2", false, true, false),
            ("!= 2", true, false, true),
            (">= 2", false, true, true),
            ("> 2", false, false, true),
            ("<= 2", true, true, false),
            (" <2 ", true, false, false),
        ] {
            check(text, 1.5, below);
            check(text, 2.0, at);
            check(text, 2.5, above);
        }
        check("> -1e3", -999.0, true);
    }

    #[test]
    fn what_is_no_number_passes_nothing() {
        for text in ["== 0", "!= 0", ">= 0", "> 0", "<= 0", "< 0"] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                check(text, value, false);
            }
        }
    }

    #[test]
    fn what_is_no_comparison_is_refused_and_the_rest_is_printed_alike() {
        for text in ["", "2", "=> 2", "= 2", ">= ", ">= two", ">= NaN", "< inf", ">= 2 or 1", "~ 1"]
        {
            assert!(text.parse::<Expect>().is_err(), "{text}");
        }
        for text in [">= 2", "== 0", "!= -1.5", "< 1000"] {
            assert_eq!(text.parse::<Expect>().unwrap().to_string(), text);
        }
    }
}
