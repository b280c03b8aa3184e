//! PromQL with placeholders: `{{ … }}` inside matcher values, filled through the tree.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;
use promql_parser::parser::token::{T_EQL_REGEX, T_NEQ_REGEX};

use super::{Expr, walk};
use crate::{Error, limits};

/// One `{{ … }}` of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The expression between the braces, trimmed.
    pub expression: String,
    /// Byte offset of the opening braces in the template.
    pub position: usize,
    length: usize,
    mark: String,
}

/// A PromQL text whose matcher values may hold `{{ expression }}`; parsed and checked once.
///
/// A text without placeholders is a template too. What an expression means is the caller's
/// business.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    expr: Expr,
    placeholders: Vec<Placeholder>,
}

impl Template {
    /// Parses a template. Placeholders are allowed in matcher values only, also in a part of one.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > limits::QUERY_BYTES_MAX {
            let message = format!("longer than {} bytes", limits::QUERY_BYTES_MAX);
            return Err(Error::bad_query(limits::QUERY_BYTES_MAX, message));
        }
        let (marked, placeholders) = mark(text)?;
        let expr = Expr::parse(&marked).map_err(|error| unmarked(error, &placeholders))?;
        let template = Self { expr, placeholders };
        template.check_places()?;
        Ok(template)
    }

    /// Returns the placeholders in the order of the text.
    pub fn placeholders(&self) -> &[Placeholder] {
        &self.placeholders
    }

    /// Fills every placeholder with what `resolve` answers for its expression and prints the
    /// result.
    ///
    /// Values stand for themselves: in `=~` and `!~` they are escaped. An empty value is refused,
    /// since an empty matcher selects the series that lack the label.
    pub fn render(
        &self,
        resolve: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<String, Error> {
        let mut values = Vec::with_capacity(self.placeholders.len());
        for place in &self.placeholders {
            let value = resolve(&place.expression).map_err(|message| place.error(message))?;
            check_value(place, &value)?;
            values.push((place, value));
        }
        let mut expr = self.expr.clone();
        walk::selectors_mut(&mut expr.0, &mut |selector| fill(selector, &values))?;
        expr.check_print()?;
        Ok(expr.to_string())
    }

    /// Refuses a placeholder anywhere but in the value of exactly one matcher.
    fn check_places(&self) -> Result<(), Error> {
        let printed = self.expr.to_string();
        for place in &self.placeholders {
            let mut matchers = 0;
            let (mut in_class, mut in_name) = (false, false);
            walk::selectors(&self.expr.0, &mut |selector| {
                for matcher in all_matchers(selector) {
                    let found = matcher.value.matches(&place.mark).count();
                    matchers += found;
                    in_name |= found > 0 && matcher.name == "__name__";
                    in_class |= is_regex(matcher) && !is_literal_place(&matcher.value, &place.mark);
                }
            });
            if matchers != 1 || printed.matches(&place.mark).count() != 1 {
                return Err(place.error("allowed only inside the value of a label matcher"));
            }
            if in_name {
                return Err(place.error("not allowed in the name of a metric"));
            }
            if in_class {
                return Err(place.error("not allowed inside a character class, escape or repeat"));
            }
        }
        Ok(())
    }
}

impl Placeholder {
    fn error(&self, message: impl Into<String>) -> Error {
        Error::Placeholder { position: self.position, message: message.into() }
    }
}

fn check_value(place: &Placeholder, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(place.error("the value is empty"));
    }
    if value.len() > limits::PLACEHOLDER_VALUE_BYTES_MAX {
        let max = limits::PLACEHOLDER_VALUE_BYTES_MAX;
        return Err(place.error(format!("the value is longer than {max} bytes")));
    }
    if value.contains('\0') {
        return Err(place.error("the value holds a NUL"));
    }
    Ok(())
}

fn all_matchers(selector: &VectorSelector) -> impl Iterator<Item = &Matcher> {
    selector.matchers.matchers.iter().chain(selector.matchers.or_matchers.iter().flatten())
}

fn is_regex(matcher: &Matcher) -> bool {
    matches!(matcher.op, MatchOp::Re(_) | MatchOp::NotRe(_))
}

fn fill(selector: &mut VectorSelector, values: &[(&Placeholder, String)]) -> Result<(), Error> {
    let matchers = &mut selector.matchers;
    let groups = std::iter::once(&mut matchers.matchers).chain(matchers.or_matchers.iter_mut());
    for matcher in groups.flatten() {
        let Some((first, _)) = values.iter().find(|(p, _)| matcher.value.contains(&p.mark)) else {
            continue;
        };
        let filled = fill_value(&matcher.value, values, is_regex(matcher));
        let id = match matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => {
                matcher.value = filled;
                continue;
            }
            MatchOp::Re(_) => T_EQL_REGEX,
            MatchOp::NotRe(_) => T_NEQ_REGEX,
        };
        // A matcher of its own, so that the compiled expression and its text stay one.
        let name = std::mem::take(&mut matcher.name);
        *matcher =
            Matcher::new_matcher(id, name, filled).map_err(|message| first.error(message))?;
    }
    Ok(())
}

/// Puts the values where their marks stand, in one pass: a value that looks like a mark stays a
/// value.
fn fill_value(text: &str, values: &[(&Placeholder, String)], regex: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let next = |rest: &str| {
        let found = values.iter().filter_map(|(p, v)| rest.find(&p.mark).map(|at| (at, *p, v)));
        found.min_by_key(|(at, _, _)| *at).map(|(at, place, value)| (at, place.mark.len(), value))
    };
    while let Some((at, length, value)) = next(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at + length..];
        if regex {
            push_literal(&mut out, value, rest.starts_with(['*', '+', '?', '{']));
        } else {
            out.push_str(value);
        }
    }
    out.push_str(rest);
    out
}

/// Escapes what has a meaning in Prometheus' regular expressions; as a group where it is repeated.
fn push_literal(out: &mut String, value: &str, repeated: bool) {
    out.push_str(if repeated { "(?:" } else { "" });
    for c in value.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push_str(if repeated { ")" } else { "" });
}

/// Tells whether the mark stands where a plain character would mean itself.
fn is_literal_place(regex: &str, mark: &str) -> bool {
    let Some((before, _)) = regex.split_once(mark) else { return true };
    let (mut class, mut brace, mut escaped) = (false, false, false);
    for c in before.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '{' if !class => brace = true,
            '}' if !class => brace = false,
            _ => {}
        }
    }
    let group_head = before.ends_with("(?")
        || before
            .rsplit_once("(?")
            .is_some_and(|(_, head)| !head.contains([':', '>', ')']) && !head.is_empty());
    !(class || brace || escaped || group_head)
}

/// Replaces each placeholder by a mark of letters and digits that occurs nowhere else in the text.
fn mark(text: &str) -> Result<(String, Vec<Placeholder>), Error> {
    let stem = unused_stem(text);
    let mut out = String::with_capacity(text.len());
    let mut places: Vec<Placeholder> = Vec::new();
    let mut quote: Option<(u8, usize)> = None;
    let bytes = text.as_bytes();
    let (mut at, mut kept) = (0, 0);
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (_, b'{') if bytes.get(at + 1) == Some(&b'{') => {
                let Some(length) = text[at + 2..].find("}}") else {
                    return Err(Error::Placeholder {
                        position: at,
                        message: "not closed".to_owned(),
                    });
                };
                let expression = text[at + 2..at + 2 + length].trim().to_owned();
                let mark = format!("{stem}{}x", places.len());
                let place = Placeholder { expression, position: at, length: length + 4, mark };
                place.check(quote.is_some(), places.len())?;
                out.push_str(&text[kept..at]);
                out.push_str(&place.mark);
                places.push(place);
                at += length + 4;
                kept = at;
            }
            (None, b'"' | b'\'' | b'`') => {
                quote = Some((bytes[at], at));
                at += 1;
            }
            (None, b'#') => {
                at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            (Some((b'"' | b'\'', _)), b'\\') => at += 2,
            (Some((open, _)), byte) if byte == open => {
                quote = None;
                at += 1;
            }
            _ => at += 1,
        }
    }
    if let Some((_, position)) = quote {
        return Err(Error::bad_query(position, "quote is not closed"));
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Ok((out, places))
}

impl Placeholder {
    fn check(&self, quoted: bool, before: usize) -> Result<(), Error> {
        if !quoted {
            return Err(self.error("allowed only inside the value of a label matcher"));
        }
        if self.expression.is_empty() {
            return Err(self.error("empty"));
        }
        if before >= limits::PLACEHOLDERS_MAX {
            return Err(self.error(format!("more than {} in one text", limits::PLACEHOLDERS_MAX)));
        }
        Ok(())
    }
}

fn unused_stem(text: &str) -> String {
    let mut stem = String::from("xplaceholder");
    while text.contains(&stem) {
        stem.push('x');
    }
    stem
}

/// Turns a position in the marked text into one in the template.
fn unmarked(error: Error, places: &[Placeholder]) -> Error {
    let Error::BadQuery { mut position, message } = error else { return error };
    for place in places {
        if place.position < position {
            position = (position + place.length).saturating_sub(place.mark.len());
        }
    }
    Error::BadQuery { position, message }
}
