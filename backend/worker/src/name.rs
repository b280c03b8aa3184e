//! Names of servers and nodes: `[A-Za-z0-9_.:-]{1,128}`.

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 128;

/// Returns `text` if it is a name.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let fits = (1..=NAME_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(&b));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("a name has 1 to 128 of A-Z a-z 0-9 _ . : -".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_could_leave_a_url_or_a_command() {
        for text in ["web-1", "a", "A.b_c:9"] {
            assert!(name(text).is_ok(), "{text}");
        }
        for text in ["", "a/b", "a b", "a;b", "a\n", "节点", &"a".repeat(129)] {
            assert!(name(text).is_err(), "{text:?}");
        }
    }
}
