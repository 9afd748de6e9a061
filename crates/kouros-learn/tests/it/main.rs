//! Training runs and the files they leave, on a small robot.

#[path = "../../../kouros-sim/tests/it/small.rs"]
mod small;

mod files;
mod onnx;
mod runs;
