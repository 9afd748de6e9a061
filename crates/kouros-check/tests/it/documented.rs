//! docs/checks.md says what the code says.

use kouros_check::Code;

#[test]
fn the_table_of_codes_is_the_codes() {
    let page = include_str!("../../../../docs/checks.md");
    let row = |code: &Code| {
        let a = code.about();
        format!("| `{}` | {} | {} | {} | {} |", a.word, a.severity.name(), a.what, a.limit, a.source)
    };
    let table: Vec<String> = Code::ALL.iter().map(row).collect();
    assert!(page.contains(&table.join("\n")), "docs/checks.md should have:\n{}", table.join("\n"));
}
