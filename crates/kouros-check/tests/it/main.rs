//! The checks against a real clip with known faults in it, and against files that lie.

mod documented;
mod faults;
mod files;
mod mends;
mod sample;
