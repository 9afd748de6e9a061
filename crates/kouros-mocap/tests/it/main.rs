//! Whole files through the public face: real clips, broken ones.

mod clips;
mod hostile;
mod markers;
mod mutate;
mod rigs;
mod robots;
mod seeds;
