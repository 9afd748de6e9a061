//! The program as a user meets it: the real binary, in a folder of its own.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod augments;
mod bench_folder;
mod checks;
mod converts;
mod ends;
mod filmstrip;
mod fits;
mod given;
mod hostile;
mod inspects;
mod live;
mod ranks;
mod resumes;
mod rollouts;
mod scenes;
mod stick_person;
mod trains;
mod writes;
