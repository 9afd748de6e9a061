//! The project's chores: `cargo xtask <verb>`.
//!
//! Lives here: which verbs there are and how they end. The work of each is in the module of
//! its name. Only the standard library is used, so that this builds in seconds and before
//! anything it fetches is there; Python comes in as a process, never as a dependency.

mod check;
mod demo;
mod judges;
mod motion_bars;
mod page;
mod process;
mod python;
mod setup;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <verb>

  setup   fetch MuJoCo, the Unitree G1 model and two sample clips into .kouros/
          (about 40 MB from the Python package index, checked against committed hashes), and
          build the page of `kouros view` where Node.js is (its packages take 100 MB)
  demo    setup, build, and turn the sample clips into a dataset in data/demo
  test    setup, rules, format, lints, all tests, the field's own dataset checkers on what
          `kouros retarget` writes, and the motion's quality on reference clips where they are
  check   the rules alone: layers, file names, file sizes, door signs";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["setup"] => setup::run(),
        ["demo"] => demo::run(),
        ["test"] => test::run(),
        ["check"] => check::run(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprintln!("error: there is no `cargo xtask {}`\n\n{USAGE}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
