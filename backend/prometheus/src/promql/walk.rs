//! Visits every child of an expression, the parameter of an aggregation included.

use promql_parser::parser::{Expr, VectorSelector};

/// Calls `visit` on every selector, ranges' and subqueries' too, in the order of the text.
pub(super) fn selectors<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a VectorSelector)) {
    match expr {
        Expr::VectorSelector(selector) => visit(selector),
        Expr::MatrixSelector(matrix) => visit(&matrix.vs),
        other => {
            for child in children(other) {
                selectors(child, visit);
            }
        }
    }
}

/// Like [`selectors`], for changing them; stops at the first error.
pub(super) fn selectors_mut<E>(
    expr: &mut Expr,
    visit: &mut impl FnMut(&mut VectorSelector) -> Result<(), E>,
) -> Result<(), E> {
    match expr {
        Expr::VectorSelector(selector) => visit(selector),
        Expr::MatrixSelector(matrix) => visit(&mut matrix.vs),
        Expr::Aggregate(node) => {
            if let Some(param) = &mut node.param {
                selectors_mut(param, visit)?;
            }
            selectors_mut(&mut node.expr, visit)
        }
        Expr::Unary(node) => selectors_mut(&mut node.expr, visit),
        Expr::Binary(node) => {
            selectors_mut(&mut node.lhs, visit)?;
            selectors_mut(&mut node.rhs, visit)
        }
        Expr::Paren(node) => selectors_mut(&mut node.expr, visit),
        Expr::Subquery(node) => selectors_mut(&mut node.expr, visit),
        Expr::Call(node) => node.args.args.iter_mut().try_for_each(|arg| selectors_mut(arg, visit)),
        // The parser makes no extensions, and the printer refuses to print one.
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Ok(()),
    }
}

/// Returns the direct children of a node in the order of the text.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Aggregate(node) => {
            node.param.iter().map(AsRef::as_ref).chain([&*node.expr]).collect()
        }
        Expr::Unary(node) => vec![&node.expr],
        Expr::Binary(node) => vec![&node.lhs, &node.rhs],
        Expr::Paren(node) => vec![&node.expr],
        Expr::Subquery(node) => vec![&node.expr],
        Expr::Call(node) => node.args.args.iter().map(AsRef::as_ref).collect(),
        Expr::Extension(node) => node.expr.children().iter().collect(),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_) => Vec::new(),
    }
}
