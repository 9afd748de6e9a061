//! The Python on the machine: found, asked to download by hash, asked to unpack.
//!
//! Python is used for one thing only: its package index is where the files come from, and
//! every machine of the field has a client for it. Any interpreter from 3.9 on with pip will do.

use std::path::Path;
use std::process::Command;

use crate::process::{Result, quiet};

/// The oldest interpreter whose pip knows the wheel tags we need: (major, minor).
const OLDEST: (u32, u32) = (3, 9);

/// Interpreters to try, in order; the first with pip is taken.
const CANDIDATES: [&str; 3] = ["python3", "python", "/usr/bin/python3"];

/// The interpreter whose wheels are unpacked, whatever the machine's own is: only the shared
/// library inside is used, and it is the same in all of them.
const WHEELS_OF: &str = "3.11";

/// An interpreter that has pip.
pub struct Python {
    program: &'static str,
}

impl Python {
    /// The first interpreter on the machine that is new enough and has pip.
    ///
    /// # Errors
    /// What was tried and what each lacked, and what to install.
    pub fn find() -> Result<Self> {
        let mut tried = Vec::new();
        for program in CANDIDATES {
            match usable(program) {
                Ok(()) => return Ok(Self { program }),
                Err(lack) => tried.push(format!("  {program}: {lack}")),
            }
        }
        Err(format!(
            "no Python {}.{} or newer with pip was found:\n{}\n\
             hint: install one (Debian, Ubuntu: apt install python3-pip; Fedora: dnf install python3-pip; \
             macOS: brew install python) and run `cargo xtask setup` again",
            OLDEST.0,
            OLDEST.1,
            tried.join("\n")
        ))
    }

    /// Downloads the wheels that a requirements file pins, for this machine.
    ///
    /// # Errors
    /// What pip said, and what to do about the causes we know.
    pub fn download_wheels(&self, requirements: &Path, into: &Path) -> Result {
        let mut pip = self.pip("download");
        pip.args(["--only-binary", ":all:", "--implementation", "cp", "--python-version", WHEELS_OF]);
        fetched(pip.args(["--no-deps", "--require-hashes", "--dest"]).arg(into).arg("-r").arg(requirements))
    }

    /// Downloads the source archives that a requirements file pins. pip asks an archive for its
    /// metadata; `setuptools` is an unpacked setuptools to do that with, so that no unpinned one
    /// is fetched for it.
    ///
    /// # Errors
    /// What pip said, and what to do about the causes we know.
    pub fn download_sources(&self, requirements: &Path, setuptools: &Path, into: &Path) -> Result {
        let mut pip = self.pip("download");
        pip.env("PYTHONPATH", setuptools).args(["--no-binary", ":all:", "--no-build-isolation"]);
        fetched(pip.args(["--no-deps", "--require-hashes", "--dest"]).arg(into).arg("-r").arg(requirements))
    }

    /// Makes a virtual environment with what a requirements file pins.
    ///
    /// The packages are put in from outside, so that this works where the system's Python has no
    /// `ensurepip` (Debian and Ubuntu without python3-venv).
    ///
    /// # Errors
    /// What Python or pip said, and what to do about the causes we know.
    pub fn environment(&self, folder: &Path, requirements: &Path) -> Result {
        quiet(Command::new(self.program).args(["-m", "venv", "--without-pip"]).arg(folder))?;
        let ask = "import sysconfig; print(sysconfig.get_path('purelib'))";
        let packages = quiet(Command::new(folder.join("bin/python")).args(["-c", ask]))?;
        let mut pip = self.pip("install");
        pip.args(["--only-binary", ":all:", "--no-deps", "--require-hashes", "--target", packages.trim()]);
        fetched(pip.arg("-r").arg(requirements))
    }

    /// Unpacks a wheel or a `.tar.gz` into a folder.
    ///
    /// # Errors
    /// What Python said.
    pub fn unpack(&self, archive: &Path, into: &Path) -> Result {
        let module = if archive.extension().is_some_and(|e| e == "whl") { "zipfile" } else { "tarfile" };
        quiet(Command::new(self.program).args(["-m", module, "-e"]).arg(archive).arg(into)).map(drop)
    }

    fn pip(&self, verb: &str) -> Command {
        let mut command = Command::new(self.program);
        command.args(["-m", "pip", verb, "--quiet", "--disable-pip-version-check", "--no-input"]);
        command.env("PIP_REQUIRE_VIRTUALENV", "0");
        command
    }
}

/// Whether a program is an interpreter we can use, and what it lacks if not.
fn usable(program: &str) -> Result {
    let ask = "import sys; print(sys.version_info[0], sys.version_info[1])";
    let answer = quiet(Command::new(program).args(["-c", ask])).map_err(|_| "not found".to_string())?;
    let mut numbers = answer.split_whitespace().map(|n| n.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < OLDEST {
        return Err(format!("is Python {}.{}", version.0, version.1));
    }
    quiet(Command::new(program).args(["-m", "pip", "--version"]))
        .map(drop)
        .map_err(|_| format!("is Python {}.{}, without pip", version.0, version.1))
}

/// Runs pip and adds the cure to its complaint.
fn fetched(pip: &mut Command) -> Result {
    quiet(pip).map(drop).map_err(|said| match cure(&said) {
        Some(hint) => format!("{said}\nhint: {hint}"),
        None => said,
    })
}

/// What to do about pip's complaint, where we know.
fn cure(said: &str) -> Option<&'static str> {
    let says = |what: &str| said.contains(what);
    if says("DO NOT MATCH THE HASHES") {
        Some(
            "the index, a mirror or a cache gave a file that is not the committed one; it was not used. \
             Run `python3 -m pip cache purge` and try again; if it stays, do not trust that mirror",
        )
    } else if says("name resolution") || says("Connection") || says("ProxyError") || says("timed out") || says("SSLError") {
        Some("the package index could not be reached; check the network, the proxy or PIP_INDEX_URL, and run this again")
    } else if says("No matching distribution") {
        Some(
            "either the package index could not be reached, or it has no such file for this machine: MuJoCo is \
             published for Linux (x86-64 and aarch64, glibc 2.28 or newer) and macOS. \
             An old pip may not know newer wheels: `python3 -m pip install --upgrade pip`",
        )
    } else if says("No space left") {
        Some("setup needs about 250 MB while it runs")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::cure;

    #[test]
    fn known_complaints_have_a_cure() {
        assert!(cure("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE").unwrap().contains("cache"));
        assert!(cure("Failed to establish: [Errno -3] Temporary failure in name resolution").unwrap().contains("network"));
        // pip prints both when it is offline: the cause is the network.
        assert!(cure("Connection broken\nNo matching distribution found").unwrap().contains("network"));
        assert!(cure("No matching distribution found for mujoco==3.17.0").unwrap().contains("glibc"));
        assert!(cure("something else").is_none());
    }
}
