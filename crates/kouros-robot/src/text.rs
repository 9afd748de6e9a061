//! What a model's text says before MuJoCo reads it: that it is well formed, which files it names,
//! and that these lie where a model's files belong.
//!
//! Lives here: refusing text that is broken or reaches out, with file and line. Does not: what the
//! elements mean (`urdf.rs`, MuJoCo).

use crate::{Error, Result};
use roxmltree::{Document, Node};
use std::path::{Path, PathBuf};

/// No model's text is longer [bytes]; the largest known has a fifth of a megabyte.
const LONGEST: u64 = 32 << 20;
/// No model includes more files than this.
const MOST_FILES: usize = 256;
/// A model's files lie at most this many folders above its own.
const FOLDERS_ABOVE: usize = 2;
/// Elements of MJCF whose `file` is an asset.
const ASSETS: [&str; 5] = ["mesh", "hfield", "skin", "texture", "model"];

/// Reads the text of one file.
pub(crate) fn read(path: &Path) -> Result<String> {
    let shown = path.display().to_string();
    let failed = |source| Error::Read { path: shown.clone(), source };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    let text = |line, message: String| Error::Text { path: shown.clone(), line, message };
    if length > LONGEST {
        return Err(text(1, format!("expected a model of at most {} MB, found {} MB", LONGEST >> 20, length >> 20)));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        return Err(text(line, "expected an XML text, found a NUL byte".into()));
    }
    let from = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    Ok(String::from_utf8_lossy(&bytes[from..]).into_owned())
}

/// Parses the text of `path`. Entities and document types are refused: no model needs them, and
/// nested ones grow without bound.
pub(crate) fn parse<'a>(path: &Path, text: &'a str) -> Result<Document<'a>> {
    Document::parse(text).map_err(|e| {
        let why = if matches!(e, roxmltree::Error::DtdDetected) {
            "a document type with entities is refused; write the text out".to_owned()
        } else {
            format!("not well formed: {e}")
        };
        Error::Text { path: path.display().to_string(), line: e.pos().row as usize, message: why }
    })
}

/// An error at an element.
pub(crate) fn at(path: &Path, node: &Node, message: impl Into<String>) -> Error {
    let line = node.document().text_pos_at(node.range().start).row as usize;
    Error::Text { path: path.display().to_string(), line, message: message.into() }
}

/// The highest folder in which the files of the model at `path` may lie: two above its own, but
/// never the root of the file system.
pub(crate) fn highest_folder(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    folder.ancestors().take(FOLDERS_ABOVE + 1).filter(|a| a.parent().is_some()).last().unwrap_or(&folder).to_path_buf()
}

/// Where a file that a model names really is, if it is there and below `highest`.
pub(crate) fn inside(highest: &Path, file: &Path) -> Option<PathBuf> {
    file.canonicalize().ok().filter(|f| f.starts_with(highest) && f.is_file())
}

/// Walks an MJCF and all it includes: each is well formed, none includes itself, and every file
/// that is named lies below the highest folder. Files that are missing are named with their line.
pub(crate) fn check_mjcf(path: &Path) -> Result<()> {
    let highest = highest_folder(path);
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let mut seen = 0;
    let mut assets = Vec::new();
    let mut settings = Compiler::default();
    walk(path, &folder, &highest, &mut Vec::new(), &mut seen, &mut settings, &mut assets)?;
    for Asset { named_by, line, kind, file } in assets {
        let error = |message| Error::Text { path: named_by.display().to_string(), line, message };
        let plain = if settings.strip {
            Path::new(&file).file_name().map(PathBuf::from).unwrap_or_default()
        } else {
            PathBuf::from(&file)
        };
        let directory = if kind == "texture" { &settings.textures } else { &settings.meshes };
        let whole = folder.join(directory).join(&plain);
        if kind == "mesh" && plain.extension().is_some_and(|e| e.eq_ignore_ascii_case("dae")) {
            return Err(error(format!(
                "mesh '{file}' is COLLADA, which MuJoCo does not read in an MJCF; convert it to OBJ or STL"
            )));
        }
        if inside(&highest, &whole).is_none() {
            return Err(error(format!("{kind} '{file}': {}", why_not(&whole, &highest))));
        }
    }
    Ok(())
}

/// Why a file that is named cannot be used.
pub(crate) fn why_not(file: &Path, highest: &Path) -> String {
    if file.exists() {
        format!("it lies outside {}, where this model's files may lie", highest.display())
    } else {
        format!("there is no file {}", file.display())
    }
}

struct Asset {
    named_by: PathBuf,
    line: usize,
    kind: &'static str,
    file: String,
}

/// What the compiler element says about paths.
#[derive(Default)]
struct Compiler {
    meshes: PathBuf,
    textures: PathBuf,
    strip: bool,
}

fn walk(
    path: &Path,
    folder: &Path,
    highest: &Path,
    above: &mut Vec<PathBuf>,
    seen: &mut usize,
    settings: &mut Compiler,
    assets: &mut Vec<Asset>,
) -> Result<()> {
    let text = read(path)?;
    let document = parse(path, &text)?;
    *seen += 1;
    if *seen > MOST_FILES {
        return Err(at(path, &document.root_element(), format!("more than {MOST_FILES} files are included")));
    }
    above.push(path.canonicalize().unwrap_or_else(|_| path.to_path_buf()));
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        if name == "compiler" {
            for (key, both) in [("assetdir", true), ("meshdir", false), ("texturedir", false)] {
                let Some(value) = node.attribute(key).map(PathBuf::from) else { continue };
                if both || key == "meshdir" {
                    settings.meshes.clone_from(&value);
                }
                if both || key == "texturedir" {
                    settings.textures = value;
                }
            }
            settings.strip |= node.attribute("strippath") == Some("true");
        }
        let Some(file) = node.attribute("file") else { continue };
        if name == "include" {
            let whole = folder.join(file);
            let Some(real) = inside(highest, &whole) else {
                return Err(at(path, &node, format!("include '{file}': {}", why_not(&whole, highest))));
            };
            if above.contains(&real) {
                return Err(at(path, &node, format!("include '{file}': it includes itself, through {} files", above.len())));
            }
            walk(&whole, folder, highest, above, seen, settings, assets)?;
        } else if let Some(kind) = ASSETS.into_iter().find(|a| *a == name) {
            let line = document.text_pos_at(node.range().start).row as usize;
            assets.push(Asset { named_by: path.to_path_buf(), line, kind, file: file.to_owned() });
        }
    }
    above.pop();
    Ok(())
}
