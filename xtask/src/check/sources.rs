//! What a source file looks like: a telling name, a door sign, one idea.

use super::Finding;

/// Names that say nothing about what lives inside, and so attract everything.
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "common", "helpers", "misc", "core", "manager", "base"];

/// Lines of code, without docs, blanks and tests, beyond which a file should say why.
const LONG: usize = 600;

/// Judges one Rust file.
pub(super) fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    let mut find = |fails, message| findings.push(Finding { fails, path: path.into(), message });
    for part in path.split('/') {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if EMPTY_NAMES.contains(&name) {
            find(true, format!("`{name}` says nothing: name the module after the noun or the question it holds"));
        }
    }
    if !text.trim_start().starts_with("//!") {
        find(true, "has no door sign: begin with `//!`, what lives here and what does not".into());
    }
    let lines = code_lines(text);
    let tests = path.ends_with("/tests.rs") || path.contains("/tests/");
    if lines > LONG && !tests {
        find(false, format!("{lines} lines of code (more than {LONG}): which second idea could move out?"));
    }
}

/// Lines that are neither blank, comment nor inside an inline test module.
fn code_lines(text: &str) -> usize {
    let (mut count, mut in_tests, mut after_cfg_test) = (0, false, false);
    for line in text.lines() {
        let bare = line.trim();
        if in_tests {
            in_tests = line != "}";
        } else if after_cfg_test && bare.starts_with("mod ") && bare.ends_with('{') {
            (in_tests, after_cfg_test) = (true, false);
            count -= 1; // the attribute above
        } else if !bare.is_empty() && !bare.starts_with("//") {
            after_cfg_test = line == "#[cfg(test)]";
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        let text = "//! Sign.\n\n/// Doc.\nfn a() {\n    // why\n    b();\n}\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\nfn c() {}\n";
        assert_eq!(code_lines(text), 4);
        assert_eq!(code_lines("#[cfg(test)]\nfn only_for_tests() {}\n"), 2);
    }

    #[test]
    fn names_signs_and_lengths() {
        let judged = |path: &str, text: &str| {
            let mut findings = Vec::new();
            check(path, text, &mut findings);
            findings.iter().map(|f| f.fails).collect::<Vec<_>>()
        };
        assert_eq!(judged("crates/x/src/foot.rs", "//! Feet.\n"), []);
        assert_eq!(judged("crates/x/src/utils.rs", "//! Things.\n"), [true]);
        assert_eq!(judged("crates/x/src/core/foot.rs", "fn f() {}\n"), [true, true]);
        assert_eq!(judged("crates/x/src/foot.rs", &format!("//! Feet.\n{}", "f();\n".repeat(601))), [false]);
    }
}
