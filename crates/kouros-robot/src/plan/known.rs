//! The plans that come with Kouros: one file each, in `plans/` of the repository.

use super::BodyPlan;
use crate::Result;

const FILES: [(&str, &str); 10] = [
    ("agibot_a2.toml", include_str!("../../../../plans/agibot_a2.toml")),
    ("agility_digit.toml", include_str!("../../../../plans/agility_digit.toml")),
    ("atlas_electric.toml", include_str!("../../../../plans/atlas_electric.toml")),
    ("figure_02.toml", include_str!("../../../../plans/figure_02.toml")),
    ("honda_asimo.toml", include_str!("../../../../plans/honda_asimo.toml")),
    ("honda_p2.toml", include_str!("../../../../plans/honda_p2.toml")),
    ("onex_neo.toml", include_str!("../../../../plans/onex_neo.toml")),
    ("optimus_gen2.toml", include_str!("../../../../plans/optimus_gen2.toml")),
    ("sanctuary_phoenix.toml", include_str!("../../../../plans/sanctuary_phoenix.toml")),
    ("ubtech_walker_s.toml", include_str!("../../../../plans/ubtech_walker_s.toml")),
];

/// All of them, by name.
///
/// # Errors
/// One of the project's own files cannot be parsed.
pub fn known_plans() -> Result<Vec<BodyPlan>> {
    FILES.iter().map(|(path, text)| BodyPlan::parse(path, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_is_known_and_what_it_calls_published_is_in_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plans");
        let mut there: Vec<String> =
            std::fs::read_dir(folder).expect("plans").map(|e| e.expect("entry").file_name().to_string_lossy().into()).collect();
        there.sort();
        assert_eq!(FILES.map(|f| f.0).to_vec(), there);
        for ((file, text), plan) in FILES.iter().zip(known_plans().expect("ours")) {
            assert_eq!(*file, format!("{}.toml", plan.name));
            let table: toml::Table = toml::from_str(text).expect("toml");
            for key in plan.published.keys() {
                let found = key.split('.').try_fold(&toml::Value::Table(table.clone()), |at, k| at.get(k)).is_some();
                assert!(found, "{file}: '{key}' is called published and is not there");
            }
        }
    }
}
