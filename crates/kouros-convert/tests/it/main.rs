//! Datasets on their way: there and back, together and apart, and what others say of them.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod films;
mod groot;
mod hostile;
mod judge;
mod recordings;
mod round_trip;
mod sample;
mod stages;
