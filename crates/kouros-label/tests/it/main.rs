//! Labels against truth: motions whose contacts and forces are known, and real clips.

mod clips;
mod forces;
mod human;
mod random;
mod robot;
