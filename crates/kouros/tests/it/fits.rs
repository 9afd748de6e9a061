//! `kouros fit`: verdicts, pages, and places that are wrong.

use crate::bench_folder::Bench;

#[test]
fn a_robot_in_places_of_ones_own() {
    let bench = Bench::new();
    let places = "[[place]]\nname = \"low\"\nkind = \"surface\"\nheight = 0.8\ndepth = 0.2\n\
                  [[place]]\nname = \"far\"\nkind = \"surface\"\nheight = 2.5\ndepth = 0.2\n";
    bench.write("places.toml", places);
    let said = bench.kouros(&["fit", "g1", "--place", "places.toml", "--page", "fit.html"]).ends(0);
    let line = |name: &str| said.out.lines().find(|l| l.starts_with(name)).expect("its line").to_owned();
    assert!(line("low").contains(" yes ") && line("far").contains(" no ") && line("far").contains("hand off its place"));
    let page = std::fs::read_to_string(bench.path("fit.html")).expect("page");
    assert!(page.contains("unitree_g1") && page.matches("<svg").count() == 2 && page.contains("does not fit"));
    let again = bench.kouros(&["fit", "g1", "--place", "places.toml", "--page", "fit.html"]).ends(2);
    assert!(again.err.contains("fit.html is there already"), "{}", again.err);
    // Several robots in one table; JSON has the posture.
    let both = bench.kouros(&["fit", "g1", "honda_asimo", "--place", "places.toml"]).ends(0);
    assert!(both.out.contains("honda_asimo_approximate") && both.err.contains("approximate"), "{} {}", both.out, both.err);
    let json = bench.kouros(&["fit", "g1", "--place", "places.toml", "--json"]).ends(0).json();
    assert_eq!(json[0]["verdicts"][0]["fits"], true);
    assert!(json[0]["verdicts"][0]["joint_positions"]["left_knee_joint"].is_number(), "{json}");
}

#[test]
fn wrong_places_are_named() {
    let bench = Bench::new();
    bench.write("places.toml", "[[place]]\nname = \"low\"\nkind = \"sofa\"\nheight = 0.8\n");
    let said = bench.kouros(&["fit", "g1", "--place", "places.toml"]).ends(2);
    assert!(said.err.contains("places.toml") && said.err.contains("sofa") && said.err.contains("seat"), "{}", said.err);
    let said = bench.kouros(&["fit", "g9"]).ends(2);
    assert!(said.err.contains("no robot 'g9'"), "{}", said.err);
    let said = bench.kouros(&["fit", "g1", "--place", "nowhere.toml"]).ends(2);
    assert!(said.err.contains("nowhere.toml"), "{}", said.err);
}
