//! A folder to work in, running the binary there, and looking at what it left.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Fails the test unless the run ended with this code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out, self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// A temporary folder.
pub struct Bench {
    top: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { top: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// Writes a file, making its folders.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(&path, bytes).expect("write");
        path
    }

    /// The command, to be run in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kouros"));
        command.current_dir(self.top.path()).env_remove("KOUROS_HOME").args(args).stdin(Stdio::null());
        command
    }

    /// Runs it.
    pub fn kouros(&self, args: &[&str]) -> Said {
        let output = self.command(args).output().expect("run");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Every file below a folder, by its path in it.
    pub fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let top = self.path(name);
        let mut out = BTreeMap::new();
        let mut open = vec![top.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&top).expect("below").display().to_string();
                    out.insert(name, std::fs::read(&path).expect("read"));
                }
            }
        }
        out
    }
}

/// The two clips that `cargo xtask setup` brings.
pub fn sample_clips() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.kouros/clips")
}

/// Fails the test unless two folders hold the same files with the same bytes.
#[track_caller]
pub fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(bytes == &b[name], "{name} differs");
    }
}
