//! The checkers other people wrote, run on the datasets we write.
//!
//! They come from the package index, pinned by hash with everything they need
//! (`requirements/judges.txt`), into a virtual environment under `.kouros/judges`. What they
//! say is printed; each ends well or the test fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Result, assets, because, loud, quiet, root};
use crate::python::Python;

/// One checker: its name, the Python that starts it, and its arguments with `DATASET` for the path.
struct Judge {
    name: &'static str,
    entry: &'static str,
    args: &'static [&'static str],
}

const JUDGES: [Judge; 3] = [
    // Fails on FAIL; a warning (29 joints are "unusually many") is no defect.
    Judge { name: "lerobot-doctor", entry: "from lerobot_doctor.cli import main", args: &["check", "DATASET"] },
    Judge { name: "robovet", entry: "from robovet.cli import app as main", args: &["doctor", "DATASET"] },
    Judge { name: "rdq", entry: "from rdq.cli import main", args: &["check", "DATASET", "--no-color", "--fail-under", "90"] },
];

/// An environment that has the judges.
pub struct Judges {
    python: PathBuf,
}

impl Judges {
    /// Makes the environment, or finds it made.
    ///
    /// # Errors
    /// No usable Python, no network, a hash that does not match.
    pub fn ready() -> Result<Self> {
        let requirements = root().join("requirements/judges.txt");
        let wanted = fs::read_to_string(&requirements).map_err(because(format!("cannot read {}", requirements.display())))?;
        let home = assets().join("judges");
        let judges = Self { python: home.join("bin/python") };
        let stamp = home.join("stamp");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && judges.python.exists() {
            return Ok(judges);
        }
        println!("judges: installing the dataset checkers into {} (about 200 MB to fetch)", home.display());
        if home.exists() {
            fs::remove_dir_all(&home).map_err(because(format!("cannot remove {}", home.display())))?;
        }
        Python::find()?.environment(&home, &requirements)?;
        fs::write(&stamp, wanted).map_err(because(format!("cannot write {}", stamp.display())))?;
        Ok(judges)
    }

    /// Lets every judge look at a dataset.
    ///
    /// # Errors
    /// The names of those that found a defect; what they found is on the terminal.
    pub fn look_at(&self, dataset: &Path) -> Result {
        let mut against = Vec::new();
        for judge in &JUDGES {
            println!("-- {}", judge.name);
            let start = format!("import sys; {}; sys.argv[0] = '{}'; sys.exit(main())", judge.entry, judge.name);
            let mut command = self.command();
            command.args(["-c", &start]);
            for arg in judge.args {
                if *arg == "DATASET" {
                    command.arg(dataset)
                } else {
                    command.arg(arg)
                };
            }
            if loud(&mut command).is_err() {
                against.push(judge.name);
            }
        }
        if against.is_empty() { Ok(()) } else { Err(format!("{} found defects (printed above)", against.join(" and "))) }
    }

    /// The environment's interpreter, kept from the network.
    /// The environment's Python.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.env("HF_HUB_OFFLINE", "1").env("COLUMNS", "120").env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Which versions judged, for the record.
    ///
    /// # Errors
    /// The environment is broken.
    pub fn versions(&self) -> Result<String> {
        let ask = "import importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in ('lerobot-doctor', 'robovet', 'rdq')), sep=', ')";
        quiet(self.command().args(["-c", ask])).map(|said| said.trim().to_string())
    }
}
