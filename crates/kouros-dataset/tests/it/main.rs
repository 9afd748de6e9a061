//! Datasets as a user meets them: written, killed, appended to, broken, read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod append;
mod hostile;
mod killed;
mod round_trip;
mod synthetic;
