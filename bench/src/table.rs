//! Columns of text.

/// Rows under a head, two spaces between columns; the first column is words, the others numbers.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let cells = || std::iter::once(head.iter().map(|h| (*h).to_owned()).collect()).chain(rows.iter().cloned());
    let width = |c: usize| cells().filter_map(|r: Vec<String>| r.get(c).map(|s| s.chars().count())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    for row in cells() {
        let set = row.iter().zip(&widths).enumerate().map(|(c, (cell, width))| {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            if c == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        out += set.collect::<Vec<_>>().join("  ").trim_end();
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        let rows = [vec!["walk".into(), "2.3".into()], vec!["go".into(), "10.0".into()]];
        assert_eq!(table(&["clip", "s"], &rows), "clip     s\nwalk   2.3\ngo    10.0\n");
    }
}
