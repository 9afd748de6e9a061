//! Where models of known robots lie.

use std::path::PathBuf;

/// The variable that names another folder.
pub const HOME: &str = "KOUROS_HOME";

/// The folder that `cargo xtask setup` fills, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The folder; it need not be there.
    pub folder: PathBuf,
    /// Who named it: the environment, or the checkout this program was built from.
    pub named_by: &'static str,
}

/// `$KOUROS_HOME`, else `.kouros` of the checkout that this program was built from.
pub fn assets() -> Assets {
    match std::env::var_os(HOME).filter(|v| !v.is_empty()) {
        Some(folder) => Assets { folder: folder.into(), named_by: "KOUROS_HOME" },
        None => {
            let built = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
            let folder = built.canonicalize().unwrap_or(built);
            Assets { folder, named_by: "the checkout this program was built from" }
        }
    }
}
