//! Our own printer: what it writes, every Prometheus since 2.42 reads, and the parser reads back
//! alike.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use promql_parser::label::{MatchOp, Matcher, Matchers};
use promql_parser::parser::{
    AggregateExpr, AtModifier, BinModifier, BinaryExpr, Expr, LabelModifier, Offset,
    VectorMatchCardinality, VectorSelector,
};

const METRIC_NAME_LABEL: &str = "__name__";

/// Appends an expression.
pub(super) fn expr(out: &mut String, expr: &Expr) {
    match expr {
        Expr::Aggregate(node) => aggregate(out, node),
        Expr::Unary(node) => {
            out.push('-');
            self::expr(out, &node.expr);
        }
        Expr::Binary(node) => binary(out, node),
        Expr::Paren(node) => {
            out.push('(');
            self::expr(out, &node.expr);
            out.push(')');
        }
        Expr::Subquery(node) => {
            self::expr(out, &node.expr);
            out.push('[');
            duration(out, node.range);
            out.push(':');
            if let Some(step) = node.step {
                duration(out, step);
            }
            out.push(']');
            modifiers(out, node.at.as_ref(), node.offset.as_ref());
        }
        Expr::NumberLiteral(node) => number(out, node.val),
        Expr::StringLiteral(node) => string(out, &node.val),
        Expr::VectorSelector(node) => {
            selector(out, node);
            modifiers(out, node.at.as_ref(), node.offset.as_ref());
        }
        Expr::MatrixSelector(node) => {
            selector(out, &node.vs);
            out.push('[');
            duration(out, node.range);
            out.push(']');
            modifiers(out, node.vs.at.as_ref(), node.vs.offset.as_ref());
        }
        Expr::Call(node) => {
            out.push_str(node.func.name);
            arguments(out, node.args.args.iter().map(AsRef::as_ref));
        }
        // The parser makes none; the empty text never parses back, so it is refused there.
        Expr::Extension(_) => {}
    }
}

/// Returns a selector without range, offset and `@`.
pub(super) fn bare_selector(node: &VectorSelector) -> String {
    let mut out = String::new();
    selector(&mut out, node);
    out
}

/// Appends a string literal that holds exactly `text`.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => push(out, format_args!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if out.write_fmt(text).is_err() {
        out.push('\u{fffd}');
    }
}

fn arguments<'a>(out: &mut String, args: impl Iterator<Item = &'a Expr>) {
    out.push('(');
    for (n, arg) in args.enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        expr(out, arg);
    }
    out.push(')');
}

fn aggregate(out: &mut String, node: &AggregateExpr) {
    push(out, format_args!("{}", node.op));
    if let Some(modifier) = &node.modifier {
        out.push_str(if modifier.is_include() { " by " } else { " without " });
        labels(out, &modifier.labels().labels);
        out.push(' ');
    }
    arguments(out, node.param.iter().map(AsRef::as_ref).chain([&*node.expr]));
}

fn binary(out: &mut String, node: &BinaryExpr) {
    expr(out, &node.lhs);
    push(out, format_args!(" {} ", node.op));
    if let Some(modifier) = &node.modifier {
        matching(out, modifier);
    }
    expr(out, &node.rhs);
}

fn matching(out: &mut String, modifier: &BinModifier) {
    if modifier.return_bool {
        out.push_str("bool ");
    }
    if let Some(matching) = &modifier.matching {
        out.push_str(match matching {
            LabelModifier::Include(_) => "on ",
            LabelModifier::Exclude(_) => "ignoring ",
        });
        labels(out, &matching.labels().labels);
        out.push(' ');
    }
    if let VectorMatchCardinality::ManyToOne(many) = &modifier.card {
        out.push_str("group_left ");
        labels(out, &many.labels);
        out.push(' ');
    }
    if let VectorMatchCardinality::OneToMany(many) = &modifier.card {
        out.push_str("group_right ");
        labels(out, &many.labels);
        out.push(' ');
    }
    fill(out, modifier.fill_values.lhs, modifier.fill_values.rhs);
}

fn fill(out: &mut String, left: Option<f64>, right: Option<f64>) {
    for (word, value) in [("fill_left", left), ("fill_right", right)] {
        if let Some(value) = value {
            out.push_str(word);
            out.push_str(" (");
            number(out, value);
            out.push_str(") ");
        }
    }
}

fn labels(out: &mut String, names: &[String]) {
    out.push('(');
    for (n, name) in names.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        label_name(out, name);
    }
    out.push(')');
}

fn label_name(out: &mut String, name: &str) {
    if is_label_name(name) {
        out.push_str(name);
    } else {
        string(out, name);
    }
}

fn is_label_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn selector(out: &mut String, node: &VectorSelector) {
    if let Some(name) = &node.name {
        out.push_str(name);
    }
    let Matchers { matchers, or_matchers } = &node.matchers;
    if matchers.is_empty() && or_matchers.is_empty() {
        return;
    }
    out.push('{');
    // Plain matchers after an `or` group belong to no group the parser could print back; groups
    // first would change the meaning, so both are written and the comparison decides.
    let plain = std::iter::once(matchers).filter(|group| !group.is_empty());
    for (n, group) in plain.chain(or_matchers).enumerate() {
        if n > 0 {
            out.push_str(" or ");
        }
        for (n, matcher) in group.iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            self::matcher(out, matcher);
        }
    }
    out.push('}');
}

fn matcher(out: &mut String, matcher: &Matcher) {
    // Prometheus before 3.0 reads no quoted names, but every one reads the label.
    if matcher.name == METRIC_NAME_LABEL {
        out.push_str(METRIC_NAME_LABEL);
    } else {
        label_name(out, &matcher.name);
    }
    out.push_str(match matcher.op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Re(_) => "=~",
        MatchOp::NotRe(_) => "!~",
    });
    string(out, &matcher.value);
}

fn modifiers(out: &mut String, at: Option<&AtModifier>, offset: Option<&Offset>) {
    match at {
        Some(AtModifier::Start) => out.push_str(" @ start()"),
        Some(AtModifier::End) => out.push_str(" @ end()"),
        Some(AtModifier::At(time)) => {
            let (sign, since) = match time.duration_since(SystemTime::UNIX_EPOCH) {
                Ok(since) => ("", since),
                Err(before) => ("-", before.duration()),
            };
            let (seconds, millis) = (since.as_secs(), since.subsec_millis());
            push(out, format_args!(" @ {sign}{seconds}.{millis:03}"));
        }
        None => {}
    }
    let (sign, span) = match offset {
        Some(Offset::Pos(span)) => ("", *span),
        Some(Offset::Neg(span)) => ("-", *span),
        None => return,
    };
    out.push_str(" offset ");
    out.push_str(sign);
    duration(out, span);
}

/// Appends a duration in one unit, milliseconds or the largest that divides it.
fn duration(out: &mut String, span: Duration) {
    let millis = span.as_millis();
    let (value, unit) = match millis {
        0 => (0, "s"),
        ms if ms % 3_600_000 == 0 => (ms / 3_600_000, "h"),
        ms if ms % 60_000 == 0 => (ms / 60_000, "m"),
        ms if ms % 1_000 == 0 => (ms / 1_000, "s"),
        ms => (ms, "ms"),
    };
    push(out, format_args!("{value}{unit}"));
}

fn number(out: &mut String, value: f64) {
    let size = value.abs();
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "Inf" } else { "-Inf" });
    } else if size != 0.0 && !(1e-5..1e15).contains(&size) {
        push(out, format_args!("{value:e}"));
    } else {
        push(out, format_args!("{value}"));
    }
}
