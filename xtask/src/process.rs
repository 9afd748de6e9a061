//! Paths of the checkout and processes that either work or say why not.
//!
//! Errors of the whole chore runner are sentences for the person at the terminal: what was
//! tried, what came back, what to do.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a chore ends with; the error is a message ready to print.
pub type Result<T = ()> = std::result::Result<T, String>;

/// The root of the workspace: the parent of this crate's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The git-ignored folder of fetched things.
pub fn assets() -> PathBuf {
    root().join(".kouros")
}

/// Turns any error into a message that begins with what was being done.
pub fn because<E: Display>(doing: impl Display) -> impl FnOnce(E) -> String {
    move |error| format!("{doing}: {error}")
}

/// Runs a command whose output is of interest only when it fails.
///
/// # Errors
/// The command, its exit status and all it printed.
pub fn quiet(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().map_err(because(format!("cannot start {}", shown(command))))?;
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&stderr);
    Err(format!("{} ended with {status}:\n{}{}", shown(command), stdout, stderr.trim_end()))
}

/// Runs a command that talks to the terminal itself.
///
/// # Errors
/// The command and its exit status.
pub fn loud(command: &mut Command) -> Result {
    let status = command.status().map_err(because(format!("cannot start {}", shown(command))))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command))) }
}

/// The cargo that runs this, at the root of the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The folder cargo builds into, wherever the user's settings put it.
///
/// # Errors
/// Cargo does not say.
pub fn target() -> Result<PathBuf> {
    let metadata = quiet(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let after = metadata.split_once("\"target_directory\":\"").map(|(_, after)| after);
    let folder = after.and_then(|after| after.split('"').next());
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target directory".into())
}

/// The built `kouros` of a profile's folder (`debug`, `release`).
///
/// # Errors
/// There is none.
pub fn built(profile: &str) -> Result<PathBuf> {
    let path = target()?.join(profile).join(format!("kouros{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() { Ok(path) } else { Err(format!("{} was not built", path.display())) }
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}
