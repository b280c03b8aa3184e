//! Fills in the stack's configuration files.

use anyhow::{Result, bail};

/// Returns the text with each `{{ name }}` replaced; a name that is left over is an error.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{ {name} }}}}"), value);
    }
    match text.split_once("{{") {
        Some((_, rest)) => {
            bail!("nothing fills in {{{{{}", rest.lines().next().unwrap_or_default())
        }
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_filled_in_or_named() {
        assert_eq!(fill("a {{ b }} {{ b }}", &[("b", "1")]).unwrap(), "a 1 1");
        assert!(fill("a {{ c }}", &[("b", "1")]).unwrap_err().to_string().contains('c'));
    }
}
