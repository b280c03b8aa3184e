//! PromQL texts: capped, parsed, walked, printed, and filled from templates.

mod print;
mod scan;
mod template;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;

use promql_parser::parser as ast;

use crate::{Error, limits};

pub use template::{Placeholder, Template};

/// A PromQL expression that our printer writes and the parser reads back to the same tree.
#[derive(Clone, PartialEq)]
pub struct Expr(ast::Expr);

impl Expr {
    /// Parses a text: caps first, then the parser, then a printed copy is parsed again and
    /// compared.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let expr = Self::parse_once(text)?;
        expr.check_print()?;
        Ok(expr)
    }

    /// Returns the selectors of this expression as printed instant vectors, each once, in their
    /// order.
    ///
    /// Ranges, offsets and `@` are left out: what is asked is which series feed the expression.
    pub fn selectors(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        walk::selectors(&self.0, &mut |selector| {
            let text = print::bare_selector(selector);
            if !found.contains(&text) {
                found.push(text);
            }
        });
        found
    }

    fn parse_once(text: &str) -> Result<Self, Error> {
        scan::check(text)?;
        let expr = ast::parse(text).map_err(|message| Error::bad_query(0, message))?;
        let mut selectors = 0_usize;
        walk::selectors(&expr, &mut |_| selectors += 1);
        if selectors > limits::QUERY_SELECTORS_MAX {
            let message = format!("more than {} selectors", limits::QUERY_SELECTORS_MAX);
            return Err(Error::bad_query(0, message));
        }
        Ok(Self(expr))
    }

    /// Proves that the printed text means this tree.
    fn check_print(&self) -> Result<(), Error> {
        let again = Self::parse_once(&self.to_string())?;
        if again != *self {
            return Err(Error::bad_query(0, "this expression cannot be printed exactly"));
        }
        Ok(())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        print::expr(&mut out, &self.0);
        f.write_str(&out)
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({self})")
    }
}

/// Returns the selectors of a PromQL text as printed instant vectors, each once (see
/// [`Expr::selectors`]); a guard asks `max(time() - timestamp(S))` of each.
pub fn selectors(text: &str) -> Result<Vec<String>, Error> {
    Ok(Expr::parse(text)?.selectors())
}
