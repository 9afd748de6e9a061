//! Labels against truth: motions whose contacts and forces are known, and real clips.

mod around;
mod clips;
mod forces;
mod human;
mod judge;
mod plates;
mod random;
mod robot;
mod segments;
