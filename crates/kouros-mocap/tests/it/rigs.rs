//! Rigs as programs publish their names, on one made-up body: the anatomy comes out whatever the
//! names, their order and what else hangs on the skeleton.

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::{Anatomy, LEFT, RIGHT, Report, Vec3};

/// A joint: its name, its parent's, and its place [cm] in a T-pose, y up, x left, z forward.
#[derive(Clone)]
struct Bone {
    name: String,
    parent: Option<String>,
    at: Vec3,
}

/// Names of one rig. `{}` stands for the side's own word.
struct Rig {
    title: &'static str,
    sides: [&'static str; 2],
    /// Above the pelvis, from the root, at its place.
    roots: &'static [&'static str],
    pelvis: &'static str,
    /// The last carries arms and neck.
    spine: &'static [&'static str],
    neck: Option<&'static str>,
    head: &'static str,
    /// Clavicle, shoulder, elbow, wrist.
    arm: [&'static str; 4],
    /// Hip, knee, ankle, toe; without a name for the toe, the foot just ends.
    leg: [&'static str; 4],
    /// What else hangs there: name, parent, place from the parent; a side's word in it means both sides.
    extras: &'static [(&'static str, &'static str, [f64; 3])],
    /// Whether each hand has five fingers, called thus: the finger's word stands for `#`, its phalanx for `*`.
    fingers: Option<&'static str>,
}

const RIGS: [Rig; 14] = [
    Rig {
        title: "SMPL, AIST",
        sides: ["left", "right"],
        roots: &[],
        pelvis: "pelvis",
        spine: &["spine1", "spine2", "spine3"],
        neck: Some("neck"),
        head: "head",
        arm: ["{}_collar", "{}_shoulder", "{}_elbow", "{}_wrist"],
        leg: ["{}_hip", "{}_knee", "{}_ankle", "{}_foot"],
        extras: &[("{}_hand", "{}_wrist", [8.0, 0.0, 0.0])],
        fingers: None,
    },
    Rig {
        title: "SMPL in simulators",
        sides: ["L", "R"],
        roots: &[],
        pelvis: "Pelvis",
        spine: &["Torso", "Spine", "Chest"],
        neck: Some("Neck"),
        head: "Head",
        arm: ["{}_Thorax", "{}_Shoulder", "{}_Elbow", "{}_Wrist"],
        leg: ["{}_Hip", "{}_Knee", "{}_Ankle", "{}_Toe"],
        extras: &[("{}_Hand", "{}_Wrist", [8.0, 0.0, 0.0])],
        fingers: None,
    },
    Rig {
        title: "Mixamo",
        sides: ["Left", "Right"],
        roots: &[],
        pelvis: "mixamorig:Hips",
        spine: &["mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2"],
        neck: Some("mixamorig:Neck"),
        head: "mixamorig:Head",
        arm: ["mixamorig:{}Shoulder", "mixamorig:{}Arm", "mixamorig:{}ForeArm", "mixamorig:{}Hand"],
        leg: ["mixamorig:{}UpLeg", "mixamorig:{}Leg", "mixamorig:{}Foot", "mixamorig:{}ToeBase"],
        extras: &[("mixamorig:{}Eye", "mixamorig:Head", [3.0, 8.0, 9.0])],
        fingers: Some("mixamorig:{}Hand#*"),
    },
    Rig {
        title: "Rokoko",
        sides: ["Left", "Right"],
        roots: &["Root"],
        pelvis: "Hips",
        spine: &["Spine1", "Spine2", "Spine3", "Spine4"],
        neck: Some("Neck"),
        head: "Head",
        arm: ["{}Shoulder", "{}Arm", "{}ForeArm", "{}Hand"],
        leg: ["{}Thigh", "{}Shin", "{}Foot", "{}Toe"],
        extras: &[],
        fingers: Some("{}Finger#*"),
    },
    Rig {
        title: "Perception Neuron",
        sides: ["Left", "Right"],
        roots: &[],
        pelvis: "Hips",
        spine: &["Spine", "Spine1", "Spine2", "Spine3"],
        neck: Some("Neck"),
        head: "Head",
        arm: ["{}Shoulder", "{}Arm", "{}ForeArm", "{}Hand"],
        leg: ["{}UpLeg", "{}Leg", "{}Foot", ""],
        extras: &[],
        fingers: Some("{}Hand#*"),
    },
    Rig {
        title: "Xsens MVN",
        sides: ["Left", "Right"],
        roots: &[],
        pelvis: "Hips",
        spine: &["Chest", "Chest2", "Chest3", "Chest4"],
        neck: Some("Neck"),
        head: "Head",
        arm: ["{}Collar", "{}Shoulder", "{}Elbow", "{}Wrist"],
        leg: ["{}Hip", "{}Knee", "{}Ankle", "{}Toe"],
        extras: &[],
        fingers: None,
    },
    Rig {
        title: "Biped",
        sides: ["L", "R"],
        roots: &["Bip01"],
        pelvis: "Bip01 Pelvis",
        spine: &["Bip01 Spine", "Bip01 Spine1", "Bip01 Spine2"],
        neck: Some("Bip01 Neck"),
        head: "Bip01 Head",
        arm: ["Bip01 {} Clavicle", "Bip01 {} UpperArm", "Bip01 {} Forearm", "Bip01 {} Hand"],
        leg: ["Bip01 {} Thigh", "Bip01 {} Calf", "Bip01 {} Foot", "Bip01 {} Toe0"],
        extras: &[("Bip01 Footsteps", "Bip01", [0.0, -95.0, 0.0]), ("Bip01 Ponytail1", "Bip01 Head", [0.0, 5.0, -9.0])],
        fingers: Some("Bip01 {} Finger#*"),
    },
    Rig {
        title: "Unreal's mannequin",
        sides: ["l", "r"],
        roots: &["root"],
        pelvis: "pelvis",
        spine: &["spine_01", "spine_02", "spine_03"],
        neck: Some("neck_01"),
        head: "head",
        arm: ["clavicle_{}", "upperarm_{}", "lowerarm_{}", "hand_{}"],
        leg: ["thigh_{}", "calf_{}", "foot_{}", "ball_{}"],
        extras: &[
            ("thigh_twist_01_{}", "thigh_{}", [0.0, -20.0, 0.0]),
            ("calf_twist_01_{}", "calf_{}", [0.0, -20.0, 0.0]),
            ("upperarm_twist_01_{}", "upperarm_{}", [10.0, 0.0, 0.0]),
            ("lowerarm_twist_01_{}", "lowerarm_{}", [12.0, 0.0, 0.0]),
            ("ik_foot_root", "root", [0.0, 0.0, 0.0]),
            ("ik_foot_{}", "ik_foot_root", [9.0, 8.0, -1.0]),
            ("ik_hand_root", "root", [0.0, 0.0, 0.0]),
            ("ik_hand_{}", "ik_hand_root", [70.0, 143.0, 0.0]),
        ],
        fingers: Some("#_0*_{}"),
    },
    Rig {
        title: "Unity's humanoid",
        sides: ["Left", "Right"],
        roots: &["Armature"],
        pelvis: "Hips",
        spine: &["Spine", "Chest", "UpperChest"],
        neck: Some("Neck"),
        head: "Head",
        arm: ["{}Shoulder", "{}UpperArm", "{}LowerArm", "{}Hand"],
        leg: ["{}UpperLeg", "{}LowerLeg", "{}Foot", "{}Toes"],
        extras: &[("Jaw", "Head", [0.0, 2.0, 6.0]), ("{}Eye", "Head", [3.0, 8.0, 9.0])],
        fingers: Some("{}#*"),
    },
    Rig {
        title: "VRM",
        sides: ["L", "R"],
        roots: &["Root"],
        pelvis: "J_Bip_C_Hips",
        spine: &["J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"],
        neck: Some("J_Bip_C_Neck"),
        head: "J_Bip_C_Head",
        arm: ["J_Bip_{}_Shoulder", "J_Bip_{}_UpperArm", "J_Bip_{}_LowerArm", "J_Bip_{}_Hand"],
        leg: ["J_Bip_{}_UpperLeg", "J_Bip_{}_LowerLeg", "J_Bip_{}_Foot", "J_Bip_{}_ToeBase"],
        extras: &[
            ("J_Sec_{}_Bust1", "J_Bip_C_UpperChest", [5.0, -5.0, 8.0]),
            ("J_Sec_{}_Hair1", "J_Bip_C_Head", [7.0, 8.0, -4.0]),
            ("J_Sec_{}_Hair2", "J_Sec_{}_Hair1", [1.0, -9.0, -2.0]),
            ("J_Sec_{}_Hair3", "J_Sec_{}_Hair2", [0.0, -9.0, 0.0]),
        ],
        fingers: Some("J_Bip_{}_#*"),
    },
    Rig {
        title: "Blender's Rigify",
        sides: ["L", "R"],
        roots: &[],
        pelvis: "spine",
        spine: &["spine.001", "spine.002", "spine.003"],
        neck: Some("spine.004"),
        head: "spine.006",
        arm: ["shoulder.{}", "upper_arm.{}", "forearm.{}", "hand.{}"],
        leg: ["thigh.{}", "shin.{}", "foot.{}", "toe.{}"],
        extras: &[("pelvis.{}", "spine", [8.0, 6.0, 3.0]), ("breast.{}", "spine.003", [7.0, 2.0, 9.0])],
        fingers: Some("#.0*.{}"),
    },
    Rig {
        title: "MakeHuman",
        sides: ["L", "R"],
        roots: &[],
        pelvis: "root",
        spine: &["spine05", "spine04", "spine03", "spine02", "spine01"],
        neck: Some("neck01"),
        head: "head",
        arm: ["clavicle.{}", "upperarm01.{}", "lowerarm01.{}", "wrist.{}"],
        leg: ["upperleg01.{}", "lowerleg01.{}", "foot.{}", "toe1-1.{}"],
        extras: &[],
        fingers: Some("finger#-*.{}"),
    },
    Rig {
        title: "Maya's HumanIK",
        sides: ["Left", "Right"],
        roots: &["Character1_Reference"],
        pelvis: "Character1_Hips",
        spine: &["Character1_Spine", "Character1_Spine1"],
        neck: Some("Character1_Neck"),
        head: "Character1_Head",
        arm: ["Character1_{}Shoulder", "Character1_{}Arm", "Character1_{}ForeArm", "Character1_{}Hand"],
        leg: ["Character1_{}UpLeg", "Character1_{}Leg", "Character1_{}Foot", "Character1_{}ToeBase"],
        extras: &[],
        fingers: None,
    },
    Rig {
        title: "names in Spanish",
        sides: ["izq", "der"],
        roots: &["origen"],
        pelvis: "cadera",
        spine: &["columna_1", "columna_2"],
        neck: Some("cuello"),
        head: "cabeza",
        arm: ["hombro_{}", "brazo_{}", "antebrazo_{}", "mano_{}"],
        leg: ["muslo_{}", "pierna_{}", "pie_{}", "dedos_{}"],
        extras: &[],
        fingers: None,
    },
];

/// The skeleton of a rig: parents before children, left before right unless turned round.
fn bones(rig: &Rig, right_first: bool) -> Vec<Bone> {
    let mut out: Vec<Bone> = Vec::new();
    let pelvis = Vec3::new(0.0, 95.0, 0.0);
    let mut put = |name: &str, parent: Option<&str>, at: Vec3| {
        out.push(Bone { name: name.into(), parent: parent.map(str::to_owned), at });
    };
    let mut above: Option<&str> = None;
    for root in rig.roots {
        put(root, above, if above.is_none() { Vec3::zeros() } else { pelvis });
        above = Some(root);
    }
    put(rig.pelvis, above, pelvis);
    let sides = if right_first { [RIGHT, LEFT] } else { [LEFT, RIGHT] };
    let of = |name: &str, side: usize| name.replace("{}", rig.sides[side]);
    let mirrored = |side: usize, x: f64, y: f64, z: f64| Vec3::new(if side == LEFT { x } else { -x }, y, z);
    for side in sides {
        let [hip, knee, ankle, toe] = rig.leg.map(|n| of(n, side));
        put(&hip, Some(rig.pelvis), mirrored(side, 9.0, 89.0, 0.0));
        put(&knee, Some(&hip), mirrored(side, 9.0, 48.0, 0.5));
        put(&ankle, Some(&knee), mirrored(side, 9.0, 8.0, -1.0));
        if toe.is_empty() {
            continue;
        }
        put(&toe, Some(&ankle), mirrored(side, 9.0, 2.0, 12.0));
    }
    let count = rig.spine.len() as f64;
    let mut below = rig.pelvis;
    for (i, joint) in rig.spine.iter().enumerate() {
        put(joint, Some(below), Vec3::new(0.0, 95.0 + 9.0 + 24.0 * (i as f64 + 1.0) / count, -1.0));
        below = joint;
    }
    let chest = below;
    let neck = rig.neck.unwrap_or(chest);
    if rig.neck.is_some() {
        put(neck, Some(chest), Vec3::new(0.0, 148.0, -1.0));
    }
    put(rig.head, Some(neck), Vec3::new(0.0, 157.0, 1.0));
    for side in sides {
        let [clavicle, shoulder, elbow, wrist] = rig.arm.map(|n| of(n, side));
        put(&clavicle, Some(chest), mirrored(side, 3.0, 143.0, 0.0));
        put(&shoulder, Some(&clavicle), mirrored(side, 17.0, 143.0, -1.0));
        put(&elbow, Some(&shoulder), mirrored(side, 45.0, 143.0, -1.0));
        put(&wrist, Some(&elbow), mirrored(side, 70.0, 143.0, 0.0));
        let Some(name) = rig.fingers else { continue };
        for (f, (word, z)) in
            [("Thumb", 4.0), ("Index", 3.0), ("Middle", 1.0), ("Ring", -1.0), ("Pinky", -3.0)].into_iter().enumerate()
        {
            let mut carrier = wrist.clone();
            for phalanx in 1..=3 {
                let long = if f == 0 { 2.5 } else { 9.0 };
                let joint = of(&name.replace('#', word).replace('*', &phalanx.to_string()), side);
                put(&joint, Some(&carrier), mirrored(side, 70.0 + long + 3.0 * (phalanx - 1) as f64, 143.0, z));
                carrier = joint;
            }
        }
    }
    for (name, parent, offset) in rig.extras {
        for side in if name.contains("{}") { sides.to_vec() } else { vec![LEFT] } {
            let (name, parent) = (of(name, side), of(parent, side));
            let from = out.iter().find(|b| b.name == parent).map(|b| b.at).unwrap_or_else(|| panic!("{}: {parent}", rig.title));
            out.push(Bone { name, parent: Some(parent), at: from + mirrored(side, offset[0], offset[1], offset[2]) });
        }
    }
    out
}

/// A BVH of two seconds of walking on the spot, arms swinging.
fn bvh(bones: &[Bone], rig: &Rig) -> String {
    const FRAMES: usize = 40;
    let mut text = String::from("HIERARCHY\n");
    let mut order = Vec::new();
    write_joint(bones, 0, Vec3::zeros(), &mut text, &mut order);
    let side_of = |b: &Bone, pattern: &str| [LEFT, RIGHT].into_iter().find(|s| b.name == pattern.replace("{}", rig.sides[*s]));
    text += &format!("MOTION\nFrames: {FRAMES}\nFrame Time: 0.05\n");
    for t in 0..FRAMES {
        let phase = 0.4 * t as f64;
        let mut row = String::new();
        for (i, b) in order.iter().map(|i| &bones[*i]).enumerate() {
            let at = |pattern: &str, angles: &dyn Fn(f64, f64) -> [f64; 3]| {
                // The other side is half a cycle later, and what turns about y or z is mirrored.
                side_of(b, pattern).map(|s| {
                    angles(phase + if s == LEFT { 0.0 } else { std::f64::consts::PI }, if s == LEFT { 1.0 } else { -1.0 })
                })
            };
            let [hip, knee, ankle, _] = rig.leg;
            let [_, shoulder, elbow, wrist] = rig.arm;
            let turn = at(hip, &|p, _| [-28.0 * p.sin(), 0.0, 0.0])
                .or_else(|| at(knee, &|p, _| [25.0 + 25.0 * p.cos(), 0.0, 0.0]))
                .or_else(|| at(ankle, &|p, _| [8.0 * p.sin(), 0.0, 0.0]))
                .or_else(|| at(shoulder, &|p, m| [18.0 * p.sin(), 0.0, -72.0 * m]))
                .or_else(|| at(elbow, &|p, m| [0.0, (-25.0 - 12.0 * p.sin()) * m, 0.0]))
                .or_else(|| at(wrist, &|p, _| [5.0 * p.sin(), 0.0, 0.0]))
                .unwrap_or([0.0, if rig.spine.contains(&b.name.as_str()) { 2.0 * phase.sin() } else { 0.0 }, 0.0]);
            if i == 0 {
                let height = if b.name == rig.pelvis { 95.0 } else { 0.0 };
                row += &format!("0 {height} {} ", t as f64);
            }
            row += &format!("{} {} {} ", turn[2], turn[1], turn[0]);
        }
        text += row.trim_end();
        text += "\n";
    }
    text
}

fn write_joint(bones: &[Bone], i: usize, from: Vec3, text: &mut String, order: &mut Vec<usize>) {
    let b = &bones[i];
    order.push(i);
    let (word, channels) = match b.parent {
        None => ("ROOT", "6 Xposition Yposition Zposition Zrotation Yrotation Xrotation"),
        Some(_) => ("JOINT", "3 Zrotation Yrotation Xrotation"),
    };
    let o = if b.parent.is_none() { Vec3::zeros() } else { b.at - from };
    *text += &format!("{word} {}\n{{\nOFFSET {} {} {}\nCHANNELS {channels}\n", b.name, o.x, o.y, o.z);
    let children: Vec<usize> = (0..bones.len()).filter(|c| bones[*c].parent.as_ref() == Some(&b.name)).collect();
    for c in &children {
        write_joint(bones, *c, b.at, text, order);
    }
    if children.is_empty() {
        // Bones end where hands and feet do.
        let end = if b.at.y < 20.0 {
            [0.0, -2.0, 6.0]
        } else if b.at.x.abs() > 60.0 {
            [3.0 * b.at.x.signum(), 0.0, 0.0]
        } else {
            [0.0, 15.0, 0.0]
        };
        let end = if b.at.y < 20.0 && b.at.z < 5.0 { [0.0, -6.0, 13.0] } else { end };
        *text += &format!("End Site\n{{\nOFFSET {} {} {}\n}}\n", end[0], end[1], end[2]);
    }
    *text += "}\n";
}

fn import(text: &str, what: &str) -> (Anatomy, Vec<String>, Report) {
    let mut report = Report::new();
    let clip = read("rig.bvh", text.as_bytes(), &Companions::default(), &ImportOptions::default(), &mut report)
        .unwrap_or_else(|e| panic!("{what}: {e}"));
    (clip.anatomy, clip.motion.skeleton().names().map(str::to_owned).collect(), report)
}

/// The names of the parts in a fixed order; `-` where there is none.
fn spelled(a: &Anatomy, names: &[String]) -> Vec<String> {
    let name = |j: usize| names[j].clone();
    let option = |j: Option<usize>| j.map_or("-".to_owned(), name);
    let mut out =
        vec![name(a.pelvis), a.spine.iter().map(|j| name(*j)).collect::<Vec<_>>().join(" "), option(a.neck), option(a.head)];
    for side in [LEFT, RIGHT] {
        let (l, m) = (&a.legs[side], &a.arms[side]);
        out.extend([l.hip, l.knee, l.ankle, l.toe].map(name));
        out.push(option(m.clavicle));
        out.extend([m.shoulder, m.elbow, m.wrist].map(name));
    }
    out
}

/// What the rig means by its names.
fn meant(rig: &Rig) -> Vec<String> {
    let bare = |n: &str| n.rsplit(':').next().unwrap_or(n).to_owned();
    let mut out = vec![bare(rig.pelvis), rig.spine.iter().map(|n| bare(n)).collect::<Vec<_>>().join(" ")];
    out.extend([rig.neck.map_or("-".into(), bare), bare(rig.head)]);
    for side in [LEFT, RIGHT] {
        let of = |n: &str| bare(&n.replace("{}", rig.sides[side]));
        let [hip, knee, ankle, toe] = rig.leg;
        out.extend([of(hip), of(knee), of(ankle)]);
        out.push(if toe.is_empty() { of(ankle) + "_end" } else { of(toe) });
        out.extend(rig.arm.map(of));
    }
    out
}

#[test]
fn published_names() {
    for rig in &RIGS {
        for right_first in [false, true] {
            let (anatomy, names, report) = import(&bvh(&bones(rig, right_first), rig), rig.title);
            assert_eq!(spelled(&anatomy, &names), meant(rig), "{}, right first: {right_first}", rig.title);
            assert!(report.warnings().next().is_none(), "{}: {report:?}", rig.title);
            assert!(anatomy.rest_is_t_pose, "{}", rig.title);
        }
    }
}

#[test]
fn no_names_at_all() {
    for rig in &RIGS {
        for right_first in [false, true] {
            let bones = bones(rig, right_first);
            let text = bvh(&bones, rig);
            // Every joint numbered, in the order of the file.
            let mut count = 0;
            let renamed: String = text
                .lines()
                .map(|l| match l.split_once(' ') {
                    Some((word @ ("ROOT" | "JOINT"), _)) => {
                        count += 1;
                        format!("{word} j{}\n", count - 1)
                    }
                    _ => format!("{l}\n"),
                })
                .collect();
            let (original, names, _) = import(&text, rig.title);
            let (mut anatomy, _, report) = import(&renamed, rig.title);
            // A pony's tail above the head cannot be told from a crown.
            if rig.title == "Biped" {
                anatomy.head = original.head;
            }
            assert_eq!(anatomy, original, "{} without names: {:?}", rig.title, spelled(&anatomy, &names));
            assert!(report.warnings().next().is_none(), "{}: {report:?}", rig.title);
        }
    }
}

#[test]
fn names_that_lie_about_the_side() {
    for rig in &RIGS {
        let swapped = Rig { sides: [rig.sides[1], rig.sides[0]], ..*rig };
        let (anatomy, names, report) = import(&bvh(&bones(&swapped, false), &swapped), rig.title);
        assert_eq!(spelled(&anatomy, &names), meant(&swapped), "{}", rig.title);
        // Sides in a language we do not know claim nothing.
        let known = rig.sides[0] != "izq";
        assert_eq!(report.warnings().any(|n| n.code == "sides"), known, "{}: {report:?}", rig.title);
    }
}
