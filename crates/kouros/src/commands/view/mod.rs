//! `kouros view`: a dataset, a clip or a robot as a page in the browser.
//!
//! Lives here: the arguments, telling the three apart, and serving or exporting what was found.
//! Does not: what the page is told and how (`kouros-view`), the page (`web/`).

mod clip;
mod dataset;
mod people;

use crate::exit::{Exit, Failure, Result};
use crate::import_args::ImportArgs;
use crate::robot_args::{self, RobotArgs};
use crate::talk::{counted, give, say};
use kouros_view::{Error, Server, Show, export};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EXAMPLES: &str = "\
Examples:
  kouros view data/walks
  kouros view data/walks --clips mocap/ --open
  kouros view someone/g1_dataset --robot unitree_g1
  kouros view walk.bvh
  kouros view motion.csv --robot unitree_g1
  kouros view unitree_g1
  kouros view data/walks --export site/walks

The address goes to standard output. Only this machine's own browser is answered; Ctrl-C ends it.
docs/view.md lists the keys, and what is drawn from which numbers.";

/// Look at a dataset, a clip or a robot in the browser.
///
/// Nothing is changed and nothing leaves the machine: the page is in the program, and a small server
/// on the loopback interface gives it the data piece by piece, as they are looked at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A dataset's folder, a capture file, a robot's name, or the path of a robot's MJCF or URDF
    #[arg(value_name = "PATH|ROBOT")]
    what: PathBuf,
    /// A robot's name, the path of its MJCF or URDF, or `none`
    /// [default: the dataset's own robot_type, or the first known robot a motion can be of]
    #[arg(long, value_name = "NAME|FILE")]
    robot: Option<String>,
    /// Where a dataset's capture files are: the person is then shown beside the robot; may be given
    /// again and again
    #[arg(long, value_name = "PATH")]
    clips: Vec<PathBuf>,
    /// Say which joint a column of a dataset is; may be given again and again
    #[arg(long, value_name = "COLUMN=JOINT", value_parser = super::check::pair)]
    joint: Vec<(String, String)>,
    /// A dataset's columns without names stand in the model's order
    #[arg(long)]
    model_order: bool,
    #[command(flatten)]
    to: PageArgs,
    #[command(flatten)]
    import: ImportArgs,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// Where a page goes: to the browser, or into a folder.
#[derive(Debug, clap::Args)]
pub struct PageArgs {
    /// Port of the loopback interface; 0: any free one
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    port: u16,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// Write page and data as plain files into this new folder instead, for any static host
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["port", "open"])]
    export: Option<PathBuf>,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    // Before anything is read: without its page there is nothing to look at.
    must_have_page()?;
    let show = find(args)?;
    present(&show, &args.to)?;
    Ok(Exit::Done)
}

/// Fails where the program was built without its page.
pub fn must_have_page() -> Result<()> {
    if kouros_view::has_page() { Ok(()) } else { Err(view_failure(&Error::NoPage)) }
}

/// Exports what is shown, or serves it until somebody ends the program.
pub fn present(show: &Show, to: &PageArgs) -> Result<()> {
    match &to.export {
        Some(folder) => write(show, folder),
        None => serve(show, to.port, to.open),
    }
}

fn find(args: &Args) -> Result<Show> {
    let path = args.what.as_path();
    if path.is_dir() {
        dataset::show(path, args)
    } else if path.is_file() && !robot_args::is_model(path) {
        clip::show(path, args)
    } else if path.is_file() || robot_args::is_named(&path.to_string_lossy()) {
        robot_args::choose(&path.to_string_lossy(), &args.robot_args).map(|c| Show::robot(c.robot))
    } else if path.components().count() == 1 && path.extension().is_none() {
        let failure = Failure::new(format!("{}: neither a file, nor a folder, nor a known robot", path.display()));
        Err(failure.hint("`kouros robots` lists the known robots"))
    } else {
        Err(Failure::new(format!("{}: no such file or folder", path.display())))
    }
}

/// The last part of a path, which is what the page calls it.
fn name_of(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    whole.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

fn serve(show: &Show, port: u16, with_browser: bool) -> Result<()> {
    let server = Server::bind(port).map_err(|e| view_failure(&e))?;
    let address = server.address();
    give(&format!("{address}\n"))?;
    say("open it in a browser on this machine; Ctrl-C ends");
    if with_browser {
        open(&address);
    }
    server.run(show);
    Ok(())
}

/// Asks the desktop for its browser; one that cannot be asked is no failure, the address is told.
fn open(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Command::new(opener).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        say(&format!("no {opener} here to open a browser with"));
    }
}

fn write(show: &Show, folder: &Path) -> Result<()> {
    let bar = indicatif::ProgressBar::new(0);
    let mut told = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let written = export(show, folder, &mut told).map_err(|e| view_failure(&e));
    bar.finish_and_clear();
    let written = written?;
    for (name, why) in &written.unreadable {
        say(&format!("left out {name}: {why}"));
    }
    let megabytes = written.bytes as f64 / 1e6;
    say(&format!("wrote {} ({megabytes:.1} MB); any static host shows them", counted(written.files, "file")));
    give(&format!("{}\n", folder.join("index.html").display()))
}

fn view_failure(error: &Error) -> Failure {
    let failure = Failure::new(error);
    match error {
        Error::Port { .. } => failure.hint("--port 0, the default, takes any free one"),
        Error::Occupied { .. } => failure.hint("--export takes a new folder; nothing is overwritten"),
        Error::Disk { .. } => failure.fatal(),
        _ => failure,
    }
}
