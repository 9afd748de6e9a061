//! Motions that already are a robot's: which joint is which, and how the base turns.

use crate::g1;
use kouros_motion::{GivenBodies, GivenJoints, GivenMotion, Pose, QuatOrder, Report, Rot, Vec3};
use kouros_robot::{AdoptOptions, Adopted, Error, Kinematics, Robot, adopt};

/// Reading and writing a quaternion loses this at most.
const EXACT: f64 = 1e-12;
/// Where each of the G1's joints stands in Isaac's order, from the converter of a public training
/// set (GR00T-WholeBodyControl's): a fact to hold ours against.
const ISAAC: [usize; 29] =
    [0, 3, 6, 9, 13, 17, 1, 4, 7, 10, 14, 18, 2, 5, 8, 11, 15, 19, 21, 23, 25, 27, 12, 16, 20, 22, 24, 26, 28];

/// A robot that stands on its left foot, which looks to `yaw`, and bows: in the model's order, w
/// first.
fn bowing(robot: &Robot, ticks: usize, yaw: f64) -> GivenMotion {
    let mut motion = GivenMotion {
        rate_hz: 50.0,
        joints: GivenJoints::Count(robot.dof()),
        joint_pos: Vec::new(),
        base_pos: Vec::new(),
        base_quat: Vec::new(),
        quat_order: None,
        usual_order: QuatOrder::Xyzw,
        bodies: None,
        objects: Vec::new(),
    };
    let joint = |name: &str| robot.joint(name).expect("a joint of the G1");
    let foot = robot.body("left_ankle_roll_link").expect("a foot");
    let mut at = Kinematics::new(robot);
    for t in 0..ticks {
        let swing = (t as f64 * 0.1).sin();
        let mut row = vec![0.0; robot.dof()];
        row[joint("left_ankle_pitch_joint")] = 0.25 * swing;
        row[joint("right_knee_joint")] = 1.2;
        row[joint("right_elbow_joint")] = 1.5;
        // Where the base is if the foot is at the origin.
        at.update(robot, &Pose::identity(), &row);
        let turn = Rot::from_matrix(&at.rotation[foot]);
        let foot_from_base = Pose::from_parts(at.position[foot].into(), turn).inverse();
        let base = Pose::new(Vec3::new(0.3, 0.1, 0.035), Vec3::z() * yaw) * foot_from_base;
        motion.joint_pos.extend(row);
        motion.base_pos.push(base.translation.vector);
        motion.base_quat.push([base.rotation.w, base.rotation.i, base.rotation.j, base.rotation.k]);
    }
    motion
}

fn last_first(motion: &GivenMotion) -> GivenMotion {
    let base_quat = motion.base_quat.iter().map(|[w, x, y, z]| [*x, *y, *z, *w]).collect();
    GivenMotion { base_quat, ..motion.clone() }
}

/// The columns as Isaac orders them.
fn as_isaac(motion: &GivenMotion) -> GivenMotion {
    let row = |row: &[f64]| {
        let mut out = vec![0.0; row.len()];
        ISAAC.iter().zip(row).for_each(|(to, v)| out[*to] = *v);
        out
    };
    GivenMotion { joint_pos: motion.joint_pos.chunks(ISAAC.len()).flat_map(row).collect(), ..motion.clone() }
}

fn with_bodies(robot: &Robot, mut motion: GivenMotion) -> GivenMotion {
    let mut at = Kinematics::new(robot);
    let mut position = Vec::new();
    for t in 0..motion.ticks() {
        let turn = QuatOrder::Wxyz.rotation(&motion.base_quat[t]).expect("a unit");
        at.update(robot, &Pose::from_parts(motion.base_pos[t].into(), turn), motion.joints_at(t));
        // In any order: here from the last to the first.
        position.extend(at.position.iter().rev());
    }
    motion.bodies = Some(GivenBodies { count: robot.bodies.len(), position });
    motion
}

fn taken(robot: &Robot, motion: &GivenMotion, options: &AdoptOptions) -> (Result<Adopted, Error>, Report) {
    let mut report = Report::new();
    (adopt(robot, motion, options, &mut report), report)
}

#[test]
fn both_orders_of_a_quaternion_are_told_apart() {
    let robot = g1();
    for yaw in [0.0, 1.0, 2.5, 3.1, -1.5] {
        let given = bowing(&robot, 60, yaw);
        for (motion, order) in [(given.clone(), QuatOrder::Wxyz), (last_first(&given), QuatOrder::Xyzw)] {
            let (adopted, report) = taken(&robot, &motion, &AdoptOptions::default());
            let adopted = adopted.expect("a motion of the robot");
            assert_eq!(adopted.quat_order, order, "{yaw}: {report:?}");
            let turn = QuatOrder::Wxyz.rotation(&given.base_quat[7]).expect("a unit");
            assert!(adopted.trajectory.base[7].rotation.angle_to(&turn) < EXACT);
            assert!(adopted.trajectory.joint_pos == given.joint_pos);
            assert!(report.notes.iter().any(|n| n.code == "quaternion" && n.message.contains("--quaternion")), "{report:?}");
        }
    }
    // A robot that stands still and upright, turned round: (0, 0, 0, 1) is half a turn about z in
    // one order and none in the other; nothing can tell.
    let mut still = bowing(&robot, 20, 0.0);
    still.base_pos.fill(Vec3::new(0.0, 0.0, 0.79));
    still.base_quat.fill([0.0, 0.0, 0.0, 1.0]);
    still.joint_pos.fill(0.0);
    let (adopted, report) = taken(&robot, &still, &AdoptOptions::default());
    assert_eq!(adopted.expect("usual").quat_order, QuatOrder::Xyzw);
    assert!(report.warnings().any(|n| n.message.contains("as likely in both orders")), "{report:?}");
    // The caller knows better, and so does a format that states it.
    let told = AdoptOptions { quat_order: Some(QuatOrder::Wxyz), ..AdoptOptions::default() };
    assert_eq!(taken(&robot, &still, &told).0.expect("told").quat_order, QuatOrder::Wxyz);
    still.quat_order = Some(QuatOrder::Wxyz);
    assert_eq!(taken(&robot, &still, &AdoptOptions::default()).0.expect("stated").quat_order, QuatOrder::Wxyz);
}

#[test]
fn the_places_of_bodies_decide_the_order_of_joints() {
    let robot = g1();
    let model = with_bodies(&robot, bowing(&robot, 40, 0.3));
    let isaac = as_isaac(&model);
    assert_ne!(model.joint_pos, isaac.joint_pos);
    for motion in [&model, &isaac] {
        let (adopted, report) = taken(&robot, motion, &AdoptOptions::default());
        assert!(adopted.expect("in one order").trajectory.joint_pos == model.joint_pos, "{report:?}");
        assert!(report.notes.iter().any(|n| n.code == "joints" && n.message.contains("0.0 cm")), "{report:?}");
    }
    // Bodies that are nowhere near are another robot's.
    let mut other = model;
    other.bodies.iter_mut().flat_map(|b| &mut b.position).for_each(|p| *p *= 1.5);
    let message = taken(&robot, &other, &AdoptOptions::default()).0.expect_err("another robot").to_string();
    assert!(message.contains("cm away on average"), "{message}");
}

#[test]
fn limits_speak_against_the_wrong_order() {
    let robot = g1();
    // Without bodies: knees bent by more than a hip may roll.
    let mut model = bowing(&robot, 40, 0.3);
    for row in model.joint_pos.chunks_mut(robot.dof()) {
        for side in ["left", "right"] {
            row[robot.joint(&format!("{side}_knee_joint")).expect("knee")] = 2.4;
            row[robot.joint(&format!("{side}_hip_pitch_joint")).expect("hip")] = -2.0;
        }
    }
    for motion in [&model, &as_isaac(&model)] {
        let (adopted, report) = taken(&robot, motion, &AdoptOptions::default());
        assert!(adopted.expect("an order").trajectory.joint_pos == model.joint_pos, "{report:?}");
    }
}

#[test]
fn names_decide_where_there_are_some() {
    let robot = g1();
    let given = bowing(&robot, 10, 0.0);
    let names: Vec<String> = robot.joint_names();
    // Backwards, with other endings, and without the wrists.
    let kept: Vec<usize> = (0..robot.dof()).rev().filter(|j| !names[*j].contains("wrist")).collect();
    let spelled = kept.iter().map(|j| names[*j].replace("_joint", "_joint_dof").to_uppercase()).collect();
    let row = |row: &[f64]| kept.iter().map(|j| row[*j]).collect::<Vec<f64>>();
    let joint_pos = given.joint_pos.chunks(robot.dof()).flat_map(row).collect();
    let motion = GivenMotion { joints: GivenJoints::Named(spelled), joint_pos, ..given.clone() };
    let (adopted, report) = taken(&robot, &motion, &AdoptOptions::default());
    let adopted = adopted.expect("by name");
    assert!(adopted.trajectory.joint_pos == given.joint_pos);
    assert_eq!(adopted.held.len(), 6);
    assert!(report.warnings().any(|n| n.message.contains("23 joints of 29") && n.message.contains("left_wrist_yaw_joint")));

    // The same without names is refused, and read with names given.
    let nameless = GivenMotion { joints: GivenJoints::Count(23), ..motion.clone() };
    let message = taken(&robot, &nameless, &AdoptOptions::default()).0.expect_err("which 23?").to_string();
    assert!(message.contains("23 joints without names") && message.contains("--joints"), "{message}");
    let joints = Some(kept.iter().map(|j| names[*j].clone()).collect());
    let named = taken(&robot, &nameless, &AdoptOptions { joints, ..AdoptOptions::default() }).0.expect("named");
    assert!(named.trajectory.joint_pos == given.joint_pos);
    let joints = Some(vec!["left_knee_joint".to_owned()]);
    assert!(taken(&robot, &nameless, &AdoptOptions { joints, ..AdoptOptions::default() }).0.is_err());

    // Another robot's names are no names of this one.
    let joints = GivenJoints::Named((0..23).map(|i| format!("joint_{i}")).collect());
    let message = taken(&robot, &GivenMotion { joints, ..motion }, &AdoptOptions::default()).0.expect_err("another").to_string();
    assert!(message.contains("0 joints of the robot's 29") && message.contains("left_hip_pitch_joint"), "{message}");
}

#[test]
fn axes_tell_fewer_joints() {
    let robot = g1();
    let given = bowing(&robot, 10, 0.0);
    let kept: Vec<usize> = (0..robot.dof()).filter(|j| !robot.joints[*j].name.contains("wrist")).collect();
    let mut axes: Vec<Option<u8>> = kept.iter().map(|j| Some(robot.joints[*j].axis.iamax() as u8)).collect();
    // Ankles that never roll say nothing.
    (axes[5], axes[11]) = (None, None);
    let joint_pos =
        given.joint_pos.chunks(robot.dof()).flat_map(|row| kept.iter().map(|j| row[*j]).collect::<Vec<_>>()).collect();
    let motion = GivenMotion { joints: GivenJoints::Axes(axes.clone()), joint_pos, ..given.clone() };
    let (adopted, report) = taken(&robot, &motion, &AdoptOptions::default());
    assert!(adopted.expect("by axes").trajectory.joint_pos == given.joint_pos, "{report:?}");
    assert!(report.notes.iter().any(|n| n.message.contains("told by the axes")), "{report:?}");
    let wrong = GivenMotion { joints: GivenJoints::Axes(vec![Some(0); 23]), ..motion };
    assert!(taken(&robot, &wrong, &AdoptOptions::default()).0.is_err());
}

#[test]
fn broken_motions_are_refused() {
    let robot = g1();
    let good = bowing(&robot, 5, 0.0);
    let broken: [(&str, GivenMotion); 6] = [
        ("no frames", GivenMotion { base_pos: vec![], base_quat: vec![], joint_pos: vec![], ..good.clone() }),
        ("rate", GivenMotion { rate_hz: f64::NAN, ..good.clone() }),
        ("joint positions", GivenMotion { joint_pos: good.joint_pos[1..].to_vec(), ..good.clone() }),
        ("the base", GivenMotion { base_pos: vec![Vec3::new(0.0, f64::INFINITY, 0.0); 5], ..good.clone() }),
        ("zero length", GivenMotion { base_quat: vec![[0.0; 4]; 5], quat_order: Some(QuatOrder::Wxyz), ..good.clone() }),
        ("body positions", GivenMotion { bodies: Some(GivenBodies { count: 2, position: vec![] }), ..good.clone() }),
    ];
    for (words, motion) in broken {
        let message = taken(&robot, &motion, &AdoptOptions::default()).0.expect_err(words).to_string();
        assert!(message.contains(words), "{words}: {message}");
    }
    // One tick says nothing about sliding, and is read.
    assert!(taken(&robot, &bowing(&robot, 1, 0.0), &AdoptOptions::default()).0.is_ok());
}
