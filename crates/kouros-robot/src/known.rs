//! The robots Kouros knows by name: one settings file each, in `robots/` of the repository.

use crate::settings::RobotSettings;
use crate::{Error, LoadOptions, Result, Robot};
use kouros_motion::{Report, list_names};
use std::path::Path;

const FILES: [(&str, &str); 1] = [("unitree_g1.toml", include_str!("../../../robots/unitree_g1.toml"))];

/// The settings of all known robots.
///
/// # Errors
/// One of the project's own files cannot be parsed.
pub fn known_robots() -> Result<Vec<RobotSettings>> {
    FILES.iter().map(|(path, text)| RobotSettings::parse(path, text)).collect()
}

/// Loads a robot by its name (its model lies below `assets`) or by the path of its MJCF or URDF.
/// With a path, `settings` beside it add to the model.
///
/// # Errors
/// Neither a known name nor a file; whatever [`Robot::load`] refuses.
pub fn load_robot(
    name_or_path: &str,
    settings: Option<&RobotSettings>,
    assets: &Path,
    options: LoadOptions,
    report: &mut Report,
) -> Result<Robot> {
    let known = known_robots()?;
    let answers = |r: &RobotSettings| r.name.as_deref() == Some(name_or_path) || r.aliases.iter().any(|a| a == name_or_path);
    if let Some(found) = known.iter().find(|r| answers(r)) {
        let model = found.model.as_deref().unwrap_or_default();
        let merged = settings.unwrap_or(found);
        return Robot::load(&assets.join(model), merged, options, report);
    }
    let path = Path::new(name_or_path);
    if path.is_file() {
        return Robot::load(path, settings.unwrap_or(&RobotSettings::default()), options, report);
    }
    let names: Vec<&str> = known.iter().filter_map(|r| r.name.as_deref()).collect();
    Err(Error::UnknownRobot { name: name_or_path.into(), known: list_names(names) })
}
