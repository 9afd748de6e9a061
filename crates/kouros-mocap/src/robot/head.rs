//! What the columns of a table are: by a head, or by their places where there is none.

use kouros_motion::QuatOrder;

/// How a table writes the turn of the base.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Turn {
    /// Four columns of a quaternion, in the order stated; none where two are in use.
    Quat([usize; 4], Option<QuatOrder>),
    /// Three columns of turns about the fixed axes x, y, z, in that order.
    Euler([usize; 3]),
}

/// What the columns are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    pub place: [usize; 3],
    pub turn: Turn,
    /// The joints' columns.
    pub joints: Vec<usize>,
    /// Their names, where there is a head.
    pub names: Option<Vec<String>>,
    /// The column of seconds.
    pub time: Option<usize>,
    /// Metres per unit of length, by the layout.
    pub unit_m: f64,
    /// Whether angles are in degrees, by the layout.
    pub degrees: bool,
}

/// The columns of a table without a head: place, quaternion, joints.
pub(super) fn without(width: usize) -> Columns {
    Columns {
        place: [0, 1, 2],
        turn: Turn::Quat([3, 4, 5, 6], None),
        joints: (7..width).collect(),
        names: None,
        time: None,
        unit_m: 1.0,
        degrees: false,
    }
}

/// The columns under a head; none where it is not that of a robot's motion.
pub(super) fn under(head: &[String]) -> Option<Columns> {
    let roles: Vec<Role> = head.iter().map(|name| role(name)).collect();
    let at = |wanted: Role| roles.iter().position(|r| *r == wanted);
    let place = [at(Role::Place(0))?, at(Role::Place(1))?, at(Role::Place(2))?];
    let quat = ['w', 'x', 'y', 'z'].map(|part| at(Role::Quat(part)));
    let (turn, degrees) = match quat {
        [Some(w), Some(x), Some(y), Some(z)] => (Turn::Quat([w, x, y, z], Some(QuatOrder::Wxyz)), false),
        // Turns in a head come with degrees and centimetres: the tables of the SOMA retargeter.
        _ => (Turn::Euler([at(Role::Euler(0))?, at(Role::Euler(1))?, at(Role::Euler(2))?]), true),
    };
    let joints: Vec<usize> = (0..head.len()).filter(|i| roles[*i] == Role::Joint).collect();
    let names = joints.iter().map(|i| head[*i].clone()).collect();
    let unit_m = if degrees { 0.01 } else { 1.0 };
    (!joints.is_empty()).then_some(Columns { place, turn, joints, names: Some(names), time: at(Role::Time), unit_m, degrees })
}

/// What a column is by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    Frame,
    Time,
    Place(usize),
    Quat(char),
    Euler(usize),
    Joint,
}

fn role(name: &str) -> Role {
    let lower = name.trim().to_lowercase();
    match lower.as_str() {
        "frame" | "index" | "" | "frame_id" => return Role::Frame,
        "time" | "timestamp" | "t" | "seconds" => return Role::Time,
        _ => {}
    }
    let Some(axis) = lower.chars().last().filter(|c| "wxyz".contains(*c)) else { return Role::Joint };
    let stem = lower[..lower.len() - 1].trim_end_matches(['_', '.', ' ']).replace(['.', ' '], "_");
    let number = "xyz".find(axis);
    match (stem.as_str(), number) {
        ("" | "p" | "pos" | "position" | "trans" | "translation", Some(i)) => Role::Place(i),
        ("q" | "quat" | "quaternion" | "rot" | "orientation", _) => Role::Quat(axis),
        _ => {
            let Some(rest) = ["root", "base", "pelvis"].iter().find_map(|s| stem.strip_prefix(s)) else { return Role::Joint };
            match (rest.trim_matches('_'), number) {
                ("" | "p" | "pos" | "position" | "trans" | "translation" | "translate" | "trans_offset", Some(i)) => {
                    Role::Place(i)
                }
                ("rotate" | "euler" | "rpy", Some(i)) => Role::Euler(i),
                ("q" | "quat" | "quaternion" | "rot" | "rotation" | "orientation", _) => Role::Quat(axis),
                _ => Role::Joint,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(head: &str) -> Option<Columns> {
        under(&head.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn heads_by_hand() {
        let soma = columns(
            "Frame,root_translateX,root_translateY,root_translateZ,root_rotateX,root_rotateY,root_rotateZ,left_hip_yaw_joint_dof,waist_x_dof",
        );
        let soma = soma.expect("a robot's");
        assert_eq!((soma.place, &soma.turn), ([1, 2, 3], &Turn::Euler([4, 5, 6])));
        assert_eq!((soma.unit_m, soma.degrees), (0.01, true));
        assert_eq!(soma.names, Some(vec!["left_hip_yaw_joint_dof".into(), "waist_x_dof".into()]));

        let plain = columns("time,base_pos_x,base_pos_y,base_pos_z,qx,qy,qz,qw,knee").expect("a robot's");
        assert_eq!((plain.time, plain.joints, plain.unit_m), (Some(0), vec![8], 1.0));
        assert_eq!(plain.turn, Turn::Quat([7, 4, 5, 6], Some(QuatOrder::Wxyz)));
        for none in ["a,b,c", "x,y,z", "x,y,z,qw,qx,qy,qz", "Frame,Hips:px,Hips:py"] {
            assert_eq!(columns(none), None, "{none}");
        }
    }
}
