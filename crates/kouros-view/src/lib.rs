//! Datasets, clips and robots as a page in the browser.
//!
//! Lives here: what the page is told (an index, frames in small binary pieces, the robot's
//! surface), the server that gives it to a browser on the same machine, and the export of both as
//! plain files. Does not live here: the page itself (`web/`), reading captures (`kouros-mocap`),
//! printing and opening (`kouros`).
//!
//! How the nouns relate: a [`Show`] is what is looked at; it answers names such as
//! `data/index.json` with bytes. A [`Server`] answers them over HTTP, [`export`](export()) writes
//! all of them into a folder, and the page asks for nothing else. The names and layouts are
//! described in `docs/view.md`.
//!
//! The server answers the loopback interface only, in a thread for each connection; those are the
//! only threads here.

mod answer;
mod chunk;
mod dataset;
mod describe;
mod error;
mod export;
mod http;
mod moving;
mod page;
mod show;
mod surface;

pub use answer::{Answer, Body};
pub use chunk::CHUNK_FRAMES;
pub use dataset::{DatasetShow, Human, HumanOf};
pub use error::{Error, Result};
pub use export::{Exported, export};
pub use http::Server;
pub use moving::{Moving, Person};
pub use page::has_page;
pub use show::Show;
