//! The `kouros` binary.
fn main() {}
