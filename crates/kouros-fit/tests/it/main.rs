//! Robots in places, against what can be worked out by hand.

use kouros_fit::{Kind, Margin, Place, Verdict, home, judge, read_places};
use kouros_motion::Report;
use kouros_robot::{BodyPlan, LoadOptions, Robot, RobotSettings, load_robot};

/// Postures are found to this [m]; no width or height is known better.
const NEAR: f64 = 0.01;

fn built(more: &str) -> Robot {
    let plan = BodyPlan::parse("p.toml", &format!("name = \"p\"\nmass_kg = 70\n{more}")).expect("plan");
    Robot::of_plan(&plan, &RobotSettings::default(), &mut Report::new()).expect("robot")
}

/// Bends in the waist, as people do.
const WAIST: &str = "[joints]\nwaist = [\"waist_yaw\", \"waist_pitch\"]\n";

/// A body of a person's height.
fn person(height: f64) -> Robot {
    built(&format!("height_m = {height}\n{WAIST}"))
}

fn in_place(robot: &Robot, kind: Kind) -> Verdict {
    judge(robot, &[Place { name: "here".into(), source: None, kind }]).remove(0)
}

fn margin<'a>(verdict: &'a Verdict, begins: &str) -> &'a Margin {
    let words: Vec<String> = verdict.margins.iter().map(Margin::words).collect();
    verdict.margins.iter().find(|m| m.what.starts_with(begins)).unwrap_or_else(|| panic!("no {begins}: {words:?}"))
}

#[test]
fn a_person_fits_where_people_live() {
    let robot = person(1.75);
    for verdict in judge(&robot, &home().expect("ours")) {
        let words: Vec<String> = verdict.margins.iter().map(Margin::words).collect();
        assert!(verdict.fits(), "{}: {words:?}", verdict.place.name);
        let range =
            |(j, q): (&kouros_robot::Joint, &f64)| j.range.is_none_or(|[low, high]| *q >= low - 1e-12 && *q <= high + 1e-12);
        assert!(robot.joints.iter().zip(&verdict.posture.joints).all(range), "{}", verdict.place.name);
    }
}

#[test]
fn a_child_does_not_reach_the_high_shelf_and_a_giant_does_not_pass_the_door() {
    let shelf = Kind::Surface { height: 1.6, depth: 0.15 };
    // Shoulder at 0.818 and hand at 0.38 of the height above it (Winter 2009): 1.26 m of 1.05.
    let child = in_place(&person(1.05), shelf.clone());
    assert!(!child.fits() && !margin(&child, "hand off").holds());
    assert!(in_place(&person(1.75), shelf).fits());
    let door = Kind::Doorway { width: 0.8, height: 2.0, carry: 0.4 };
    let giant = in_place(&person(2.2), door.clone());
    assert!(!giant.fits());
    let height = margin(&giant, "height");
    // Knees are bent a little at rest.
    assert!((height.is / 100.0 - 2.2).abs() < 3.0 * NEAR, "{}", height.is);
    assert!(!in_place(&person(1.75), Kind::Doorway { width: 0.5, height: 2.0, carry: 0.3 }).fits());
}

#[test]
fn what_is_carried_makes_it_as_wide_as_it_is() {
    let verdict = in_place(&person(1.75), Kind::Doorway { width: 0.8, height: 2.0, carry: 0.7 });
    // 70 cm, and 2.5 cm of sway to each side.
    assert!(margin(&verdict, "width carrying").is >= 75.0 - 1e-9);
}

#[test]
fn an_arm_reaches_as_far_as_it_is_long() {
    let verdict = in_place(&person(1.75), Kind::Surface { height: 1.3, depth: 0.2 });
    let reach = margin(&verdict, "reach behind").is / 100.0;
    // Shoulder to the hand's middle 0.332 + 0.054 of the height; the trunk may lean for more, but not fall
    // forward over toes 0.1 of the height ahead.
    let arm = 0.386 * 1.75;
    assert!(reach > 0.6 * arm && reach < 1.6 * arm, "{reach} with an arm of {arm}");
}

#[test]
fn weak_knees_do_not_rise_from_a_chair() {
    let chair = Kind::Seat { height: 0.45 };
    let strong = in_place(&person(1.75), chair.clone());
    assert!(strong.fits());
    let weak = in_place(&built(&format!("height_m = 1.75\n{WAIST}[torques]\nknee = 5\n")), chair);
    let torque = margin(&weak, "torque of");
    assert!(!weak.fits() && torque.what.contains("knee") && torque.is > 100.0, "{}", torque.words());
}

#[test]
fn stairs_ask_for_knees_that_bend_and_treads_that_carry() {
    let stair = Kind::Stair { rise: 0.18, run: 0.28 };
    assert!(in_place(&person(1.75), stair.clone()).fits());
    // Legs that bend by 5 degrees cannot lift a foot by 18 cm.
    let stiff =
        in_place(&built("height_m = 1.75\n[ranges_deg]\nknee = [0, 5]\nhip_pitch = [-5, 5]\nhip_roll = [-5, 5]\n"), stair);
    assert!(!stiff.fits());
    // A sole of 40 cm on a tread of 20, less 2 cm before the riser: 45 %.
    let long = in_place(&built("height_m = 1.75\n[lengths]\nfoot_length = 0.4\n"), Kind::Stair { rise: 0.1, run: 0.2 });
    let tread = margin(&long, "sole on the tread");
    assert!((tread.is - 45.0).abs() < 1.0 && !tread.holds(), "{}", tread.words());
}

#[test]
fn the_torques_of_standing_on_one_foot_are_those_of_a_lever() {
    // All the weight on one foot, the centre of mass over the middle of the sole: the ankle's pitch holds
    // weight (less the foot) times the distance from ankle to middle.
    let robot = person(1.75);
    let verdict = in_place(&robot, Kind::Opening { sill: 0.1, height: 1.9 });
    let torque = margin(&verdict, "stepping: torque");
    assert!(torque.is > 0.0 && torque.is < 100.0, "{}", torque.words());
}

#[test]
fn the_g1_is_low_and_agile() {
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros");
    let (assets, options) = (std::path::Path::new(assets), LoadOptions::default());
    let g1 = load_robot("g1", None, assets, options, &mut Report::new()).expect("run `cargo xtask setup` first");
    let fits = |kind| in_place(&g1, kind);
    // 1.3 m tall: it reaches the counter, not the cupboard; it stoops to the floor and sits low.
    for (kind, expected) in [
        (Kind::Surface { height: 0.9, depth: 0.3 }, true),
        (Kind::Surface { height: 1.6, depth: 0.15 }, false),
        (Kind::Surface { height: 0.0, depth: 0.1 }, true),
        (Kind::Seat { height: 0.45 }, true),
        (Kind::Stair { rise: 0.18, run: 0.28 }, true),
        (Kind::Stair { rise: 0.6, run: 0.28 }, false),
    ] {
        let verdict = fits(kind.clone());
        let words: Vec<String> = verdict.margins.iter().map(Margin::words).collect();
        assert_eq!(verdict.fits(), expected, "{kind:?}: {words:?}");
    }
}

#[test]
fn files_of_places_are_checked() {
    let good = "[[place]]\nname = \"low\"\nkind = \"seat\"\nheight = 0.4\n";
    let places = read_places("p.toml", good).expect("good");
    assert_eq!(places[0].kind, Kind::Seat { height: 0.4 });
    for (text, words) in [
        ("", ["p.toml", "place"]),
        ("place = []\n", ["expected 1", "found 0"]),
        ("[[place]]\nkind = \"seat\"\nheight = 0.4\n", ["place 1", "name"]),
        ("[[place]]\nname = \"x\"\nkind = \"sofa\"\nheight = 0.4\n", ["'x'", "seat"]),
        ("[[place]]\nname = \"x\"\nkind = \"seat\"\nheigth = 0.4\n", ["'x'", "height"]),
        ("[[place]]\nname = \"x\"\nkind = \"seat\"\nheight = -1.0\n", ["'x'", "0 to 10"]),
        ("[[place]]\nname = \"x\"\nkind = \"seat\"\nheight = nan\n", ["'x'", "0 to 10"]),
        ("[[place]]\nname = \"x\"\nkind = \"seat\"\nheight = \"low\"\n", ["'x'", "low"]),
        ("[[place]]\nname = 7\nkind = \"seat\"\nheight = 1\n", ["name", "7"]),
    ] {
        let e = read_places("p.toml", text).expect_err(text).to_string();
        assert!(words.iter().all(|w| e.contains(w)), "{text}\n{e}");
    }
}

#[test]
fn the_same_verdict_twice() {
    let robot = person(1.6);
    let kind = Kind::Surface { height: 0.9, depth: 0.3 };
    assert_eq!(in_place(&robot, kind.clone()), in_place(&robot, kind));
}
