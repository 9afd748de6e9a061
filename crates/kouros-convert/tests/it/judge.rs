//! pandas reads what is written, by the rules of those who load it.

use crate::sample::write;
use kouros_convert::{Reading, Target, convert, open};
use kouros_dataset::stream::{Embodiment, Version};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has the judges, where setup has made it.
pub fn python(module: &str) -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.kouros/judges/bin/python");
    let has = Command::new(&python).args(["-c", &format!("import {module}")]).output().is_ok_and(|o| o.status.success());
    if !has {
        eprintln!("skipped: no {module} in .kouros/judges; `cargo xtask test` installs it");
    }
    has.then_some(python)
}

/// What a script says of these arguments.
pub fn ask(python: &Path, script: &str, args: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(script);
    let out = Command::new(python).arg(script).args(args).output().expect("run");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("JSON")
}

#[test]
fn pandas_finds_the_same_values_in_both_layouts() {
    let Some(python) = python("pandas") else { return };
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    write(&at("a"), Version::V30, &[40, 25, 8], true);
    let go = |from: &str, target: Target, to: &str| {
        convert(open(&at(from), Reading::default()).expect("open").as_mut(), &target, &at(to), &mut |_| {}).expect("convert")
    };
    go("a", Target::Groot(Embodiment::Any), "b");
    go("b", Target::LeRobot(Version::V30), "c");
    let ask = |layout: &str, name: &str| ask(&python, "judge.py", &[layout, &at(name).display().to_string()]);
    let (b, c) = (ask("v21", "b"), ask("v30", "c"));
    assert_eq!(b, c);
    let words = ask("v30", "a")["words"].clone();
    assert_eq!((&words, words[52].as_str(), words[53].as_str()), (&c["words"], Some("walk"), Some("stop ä")));
}
