//! The server, the export and the page, from outside.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod browser;
mod devtools;
mod exports;
mod hostile;
mod png;
mod sample;
mod serves;
