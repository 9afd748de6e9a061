//! How a run ends, and what is said when it ends badly.
//!
//! Lives here: exit codes, and a failure as one line with a hint. Does not: printing
//! (`talk.rs`), what can go wrong inside a crate (that crate's `error.rs`).

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All was done.
    Done,
    /// All was done, and a check found a defect in the data.
    Found,
    /// Something was asked that cannot be, an input cannot be used, or the disk refuses.
    Input,
    /// A defect of the program.
    Internal,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Found => Self::from(1),
            Exit::Input => Self::from(2),
            Exit::Internal => Self::from(3),
        }
    }
}

/// Why something could not be done: one line, and the cure where it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was expected, what was found, where.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the program itself is to blame.
    pub internal: bool,
    /// Whether it stops the whole run, as a full disk does.
    pub fatal: bool,
}

/// A result of the program.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure of the input. The message becomes one line.
    pub fn new(message: impl ToString) -> Self {
        Self { message: one_line(&message.to_string()), hint: None, internal: false, fatal: false }
    }

    /// The program's own failure.
    pub fn internal(message: impl ToString) -> Self {
        Self { internal: true, ..Self::new(message) }
    }

    /// The same with a cure.
    #[must_use]
    pub fn hint(self, hint: impl ToString) -> Self {
        Self { hint: Some(one_line(&hint.to_string())), ..self }
    }

    /// The same, stopping the whole run.
    #[must_use]
    pub fn fatal(self) -> Self {
        Self { fatal: true, ..self }
    }

    /// Message and hint as one text.
    #[cfg(test)]
    pub fn words(&self) -> String {
        format!("{} {}", self.message, self.hint.as_deref().unwrap_or_default())
    }

    /// How the program ends because of it.
    pub fn exit(&self) -> Exit {
        if self.internal { Exit::Internal } else { Exit::Input }
    }
}

/// Errors of other crates may span lines (a TOML parser draws the line it means).
fn one_line(text: &str) -> String {
    text.split('\n').map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}
