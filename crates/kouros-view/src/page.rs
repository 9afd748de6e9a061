//! The page's own files, embedded when this crate was built.

use crate::{Answer, Body};

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Whether this program was built with its page.
pub fn has_page() -> bool {
    FILES.iter().any(|(name, _)| *name == "index.html")
}

/// The names of the page's files.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// A file of the page; the empty name is the page itself.
pub(crate) fn answer(name: &str) -> Option<Answer> {
    let name = if name.is_empty() { "index.html" } else { name };
    let (name, bytes) = FILES.iter().find(|(n, _)| *n == name)?;
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    Some(Answer { kind, body: Body::Bytes((*bytes).into()) })
}
