//! The robots Kouros knows by name: one settings file each, in `robots/` of the repository.

use crate::plan::known_plans;
use crate::settings::RobotSettings;
use crate::{Error, LoadOptions, Result, Robot};
use kouros_motion::{Report, list_names, nearest_name};
use std::path::Path;

const FILES: [(&str, &str); 20] = [
    ("apptronik_apollo.toml", include_str!("../../../robots/apptronik_apollo.toml")),
    ("armar4.toml", include_str!("../../../robots/armar4.toml")),
    ("berkeley_humanoid.toml", include_str!("../../../robots/berkeley_humanoid.toml")),
    ("booster_t1.toml", include_str!("../../../robots/booster_t1.toml")),
    ("fourier_gr1t1.toml", include_str!("../../../robots/fourier_gr1t1.toml")),
    ("fourier_gr1t1_hands.toml", include_str!("../../../robots/fourier_gr1t1_hands.toml")),
    ("fourier_gr1t2.toml", include_str!("../../../robots/fourier_gr1t2.toml")),
    ("fourier_gr1t2_hands.toml", include_str!("../../../robots/fourier_gr1t2_hands.toml")),
    ("fourier_gr2.toml", include_str!("../../../robots/fourier_gr2.toml")),
    ("fourier_gr2_hands.toml", include_str!("../../../robots/fourier_gr2_hands.toml")),
    ("fourier_gr3.toml", include_str!("../../../robots/fourier_gr3.toml")),
    ("fourier_gr3_hands.toml", include_str!("../../../robots/fourier_gr3_hands.toml")),
    ("icub.toml", include_str!("../../../robots/icub.toml")),
    ("jvrc1.toml", include_str!("../../../robots/jvrc1.toml")),
    ("qinglong.toml", include_str!("../../../robots/qinglong.toml")),
    ("qinglong_hands.toml", include_str!("../../../robots/qinglong_hands.toml")),
    ("robotis_op3.toml", include_str!("../../../robots/robotis_op3.toml")),
    ("unitree_g1.toml", include_str!("../../../robots/unitree_g1.toml")),
    ("unitree_g1_hands.toml", include_str!("../../../robots/unitree_g1_hands.toml")),
    ("unitree_h1.toml", include_str!("../../../robots/unitree_h1.toml")),
];

/// The settings of all known robots.
///
/// # Errors
/// One of the project's own files cannot be parsed.
pub fn known_robots() -> Result<Vec<RobotSettings>> {
    FILES.iter().map(|(path, text)| RobotSettings::parse(path, text)).collect()
}

/// Loads a robot by its name (its model lies below `assets`, or is made from its plan) or by the path of
/// its MJCF, URDF or body plan. With a path or a plan, `settings` beside it add to the model.
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
    let plans = known_plans()?;
    if let Some(plan) = plans.iter().find(|p| p.answers(name_or_path)) {
        return Robot::of_plan(plan, settings.unwrap_or(&RobotSettings::default()), report);
    }
    let path = Path::new(name_or_path);
    if path.is_file() {
        return Robot::load(path, settings.unwrap_or(&RobotSettings::default()), options, report);
    }
    let names: Vec<&str> = known.iter().filter_map(|r| r.name.as_deref()).chain(plans.iter().map(|p| p.name.as_str())).collect();
    let nearest = nearest_name(name_or_path, &names).unwrap_or_default();
    Err(Error::UnknownRobot { name: name_or_path.into(), known: list_names(names), nearest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_known_and_says_where_it_comes_from() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../robots");
        let mut there: Vec<String> =
            std::fs::read_dir(folder).expect("robots").map(|e| e.expect("entry").file_name().to_string_lossy().into()).collect();
        there.sort();
        assert_eq!(FILES.map(|f| f.0).to_vec(), there);
        let known = known_robots().expect("all files can be read");
        let pins = include_str!("../../../requirements/robots.txt");
        let mut names = Vec::new();
        for robot in &known {
            let name = robot.name.clone().expect("a name");
            let fetch = robot.fetch.as_ref().expect("where it comes from");
            assert!(robot.licence.is_some() && robot.source.is_some() && robot.model.is_some(), "{name}");
            assert!(pins.lines().any(|l| l.starts_with(&format!("{}==", fetch.package))), "{name}: {}", fetch.package);
            names.push(name);
            names.extend(robot.aliases.clone());
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "two robots answer to one name");
    }

    #[test]
    fn the_packages_of_setup_and_of_fetch_are_of_one_version() {
        let pins = |text: &'static str| text.lines().filter_map(|l| l.split_whitespace().next()?.split_once("=="));
        let setup: Vec<_> = pins(include_str!("../../../requirements/assets.txt")).collect();
        let both: Vec<_> = pins(include_str!("../../../requirements/robots.txt"))
            .filter_map(|(name, version)| Some((name, version, setup.iter().find(|s| s.0 == name)?.1)))
            .collect();
        assert!(both.iter().any(|b| b.0 == "mjlab"), "{both:?}");
        for (name, fetch, setup) in both {
            assert_eq!(fetch, setup, "{name} in requirements/robots.txt and requirements/assets.txt");
        }
    }
}
