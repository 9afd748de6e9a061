//! Worlds and environments, on a small two-legged robot whose model is in this file.

mod gait;
mod laws;
mod records;
mod small;
mod threads;
