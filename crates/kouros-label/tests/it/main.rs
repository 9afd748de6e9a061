//! Labels against truth: motions whose contacts and forces are known, and real clips.

mod human;
mod random;
