//! What a person or a pipe reads: stdout for answers, stderr for remarks.

use std::io::{self, IsTerminal as _, Write as _};

/// Prints an answer. A closed pipe ends the printing, not the program.
pub(crate) fn say(text: &str) {
    print(&mut io::stdout().lock(), text);
}

/// Prints a remark.
pub(crate) fn note(text: &str) {
    print(&mut io::stderr().lock(), text);
}

fn print(out: &mut impl io::Write, text: &str) {
    // Whoever closed the pipe does not want the rest; there is nobody left to tell.
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
    written.and_then(|()| out.flush()).ok();
}

/// Asks a question on the terminal; `None` if there is nobody to ask.
pub(crate) fn ask(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    write!(io::stderr(), "{question} [y/N] ").ok()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok()?;
    Some(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Formats rows as columns of equal width, two spaces apart.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

/// Makes text of others safe for a terminal: control characters are escaped.
pub(crate) fn plain(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_escapes_do_not_reach_the_terminal() {
        let rows =
            vec![vec!["a".to_owned(), "ready".to_owned()], vec!["long".to_owned(), "x".to_owned()]];
        assert_eq!(table(&["ID", "STATE"], &rows), "ID    STATE\na     ready\nlong  x");
        assert_eq!(plain("a\u{1b}[31mb"), "a\\u{1b}[31mb");
    }
}
