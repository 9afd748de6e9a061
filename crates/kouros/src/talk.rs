//! What goes to the terminal: results to standard output, talk to standard error.
//!
//! Lives here: the two streams, and tables of text. Does not: the words.

use crate::exit::Failure;
use std::io::{ErrorKind, Write};

/// A result, to standard output. A reader that has gone away (`| head`) is no error.
pub fn give(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!("cannot write to standard output: {e}"))),
        _ => Ok(()),
    }
}

/// A JSON document, to standard output.
pub fn give_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::internal)?;
    give(&(text + "\n"))
}

/// A line of talk, to standard error; nobody listening is no error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", plain(line));
}

/// Text without control characters: the name of a file must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A failure, to standard error.
pub fn complain(failure: &Failure) {
    say(&format!("error: {}", failure.message));
    if let Some(hint) = &failure.hint {
        say(&format!("hint: {hint}"));
    }
}

/// A number of things: `1 clip`, `2 clips`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// How a column of a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows as columns of text, two spaces between them, the head in its first row.
pub fn table(head: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |c: usize| {
        let cells = rows.iter().filter_map(|r| r.get(c)).map(|s| s.chars().count());
        cells.chain(head.get(c).map(|h| h.0.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let set = cells.zip(head).zip(&widths).map(|((cell, (_, align)), width)| {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            if *align == Align::Left { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        set.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut out = line(&mut head.iter().map(|h| h.0));
    for row in &rows {
        out += &line(&mut row.iter().map(String::as_str));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        let head = [("clip", Align::Left), ("s", Align::Right)];
        let rows = [vec!["walk".into(), "2.3".into()], vec!["größe".into(), "10.0".into()]];
        assert_eq!(table(&head, &rows), "clip      s\nwalk    2.3\ngröße  10.0\n");
    }
}
