//! The Python on the machine, whose pip fetches packages by name and hash and whose zip library
//! lists and unpacks them. Nothing of a package is run or installed.

use crate::exit::{Failure, Result};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Interpreters to try, in order; the first with pip is taken.
const CANDIDATES: [&str; 3] = ["python3", "python", "/usr/bin/python3"];

const LIST: &str = "import sys, zipfile\nprint('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
const UNPACK: &str = "import sys, zipfile\narchive = zipfile.ZipFile(sys.argv[1])\n\
                      for name in sys.stdin.read().splitlines():\n    archive.extract(name, sys.argv[2])";

/// An interpreter that has pip.
#[derive(Debug)]
pub struct Python {
    program: &'static str,
}

impl Python {
    /// The first interpreter with pip.
    pub fn find() -> Result<Self> {
        let has_pip = |program: &&str| run(Command::new(program).args(["-m", "pip", "--version"]), "").is_ok();
        let program = CANDIDATES.into_iter().find(has_pip).ok_or_else(|| {
            Failure::new(format!("no Python with pip was found (tried {})", CANDIDATES.join(", ")))
                .hint("install one, e.g. apt install python3-pip")
        })?;
        Ok(Self { program })
    }

    /// Downloads what one line of requirements pins into `folder`; the archive.
    pub fn download(&self, pin: &str, folder: &Path) -> Result<PathBuf> {
        let requirements = folder.join("requirements.txt");
        let down = folder.join("down");
        std::fs::write(&requirements, pin).map_err(|e| Failure::new(format!("cannot write {}: {e}", requirements.display())))?;
        let mut pip = Command::new(self.program);
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args([
                "--only-binary",
                ":all:",
                "--implementation",
                "cp",
                "--python-version",
                "3.11",
                "--no-deps",
                "--require-hashes",
            ])
            .arg("--dest")
            .arg(&down)
            .arg("-r")
            .arg(&requirements)
            .env("PIP_REQUIRE_VIRTUALENV", "0");
        run(&mut pip, "").map_err(|said| {
            let failure = Failure::new(format!("pip could not fetch the package:\n{said}"));
            if said.contains("DO NOT MATCH THE HASHES") {
                failure.hint("the file is not the committed one and was not used; `python3 -m pip cache purge`, then try again")
            } else {
                failure.hint("is the package index reachable? see PIP_INDEX_URL and the proxy's settings")
            }
        })?;
        let found = std::fs::read_dir(&down).ok().and_then(|mut d| d.next()).and_then(std::result::Result::ok);
        found.map(|e| e.path()).ok_or_else(|| Failure::new("pip reported success and left no file"))
    }

    /// The names of the files in an archive.
    pub fn names(&self, archive: &Path) -> Result<Vec<String>> {
        let out = run(Command::new(self.program).arg("-c").arg(LIST).arg(archive), "")
            .map_err(|e| Failure::new(format!("cannot list {}: {e}", archive.display())))?;
        Ok(out.lines().map(str::to_owned).collect())
    }

    /// Unpacks the named files of an archive below `folder`.
    pub fn unpack(&self, archive: &Path, names: &[String], folder: &Path) -> Result<()> {
        run(Command::new(self.program).arg("-c").arg(UNPACK).arg(archive).arg(folder), &names.join("\n"))
            .map(drop)
            .map_err(|e| Failure::new(format!("cannot unpack {}: {e}", archive.display())))
    }
}

/// Runs a command with this standard input; what it printed, or what it complained.
fn run(command: &mut Command, input: &str) -> std::result::Result<String, String> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|e| e.to_string())?;
    let written = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(input.as_bytes()));
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    if out.status.success() && written.is_ok() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).trim().to_owned())
    }
}
