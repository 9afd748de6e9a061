//! Everything as a mirror shows it: left is right, and nothing else changes.
//!
//! Lives here: the reflection of points, rotations and poses, and of the words for sides. Does
//! not: the mirrored nouns, which each noun's own file makes of these.
//!
//! The mirror stands on the world's plane y = 0, which is the sagittal plane of whoever stands at
//! the origin and looks along x. Any other upright plane gives the same motion, turned about the
//! vertical and moved over the floor. Signs change and nothing is computed, so that a motion
//! mirrored twice is the motion itself, bit for bit.

use crate::{Pose, Rot, Vec3};

/// The mirror image of a point or a vector.
pub fn mirrored_point(p: &Vec3) -> Vec3 {
    Vec3::new(p.x, -p.y, p.z)
}

/// The mirror image of a rotation, M R M with M = diag(1, -1, 1): the axis is mirrored, and it
/// turns the other way.
pub fn mirrored_rotation(r: &Rot) -> Rot {
    Rot::new_unchecked(nalgebra::Quaternion::new(r.w, -r.i, r.j, -r.k))
}

/// The mirror image of a body's placement, whose own axes are mirrored with it.
pub fn mirrored_pose(pose: &Pose) -> Pose {
    Pose::from_parts(mirrored_point(&pose.translation.vector).into(), mirrored_rotation(&pose.rotation))
}

/// A text with its sides exchanged: `left` for `right` and back, as whole words, also inside
/// `snake_case` and whatever their letters' case.
pub fn mirrored_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            word.push(letter);
        } else {
            out += &other_side(&word);
            word.clear();
            out.push(letter);
        }
    }
    out + &other_side(&word)
}

/// The word for the other side, in the same case; any other word as it is.
fn other_side(word: &str) -> String {
    let other = match word.to_lowercase().as_str() {
        "left" => "right",
        "right" => "left",
        "leftward" => "rightward",
        "rightward" => "leftward",
        "leftwards" => "rightwards",
        "rightwards" => "leftwards",
        "clockwise" => "counterclockwise",
        "counterclockwise" | "anticlockwise" => "clockwise",
        _ => return word.to_owned(),
    };
    let mut capitals = word.chars().map(char::is_uppercase);
    match (capitals.next().unwrap_or(false), capitals.all(|c| c)) {
        (true, true) => other.to_uppercase(),
        (true, false) => other[..1].to_uppercase() + &other[1..],
        _ => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_to_the_left_becomes_one_to_the_right() {
        let r = mirrored_rotation(&Rot::new(Vec3::z() * 0.3));
        assert!(r.angle_to(&Rot::new(Vec3::z() * -0.3)) < 1e-12);
        let nod = Rot::new(Vec3::y() * 0.3);
        assert!(mirrored_rotation(&nod).angle_to(&nod) < 1e-12);
    }

    #[test]
    fn mirroring_goes_with_placing() {
        // The image of R p + t is the image of R applied to the image of p, plus the image of t.
        let pose = Pose::new(Vec3::new(0.3, -1.2, 0.7), Vec3::new(0.4, 1.1, -0.8));
        let p = Vec3::new(-0.2, 0.5, 0.9);
        let seen = mirrored_point(&(pose.rotation * p + pose.translation.vector));
        let image = mirrored_pose(&pose);
        assert!((image.rotation * mirrored_point(&p) + image.translation.vector - seen).norm() < 1e-12);
        assert_eq!(mirrored_pose(&image), pose);
    }

    #[test]
    fn words_change_sides() {
        assert_eq!(mirrored_words("Left hand: turn right, then LEFT."), "Right hand: turn left, then RIGHT.");
        assert_eq!(mirrored_words("left_heel of the upright cleft"), "right_heel of the upright cleft");
        assert_eq!(mirrored_words("turn clockwise"), "turn counterclockwise");
        for text in ["", "walk", "größe left", "right,left"] {
            assert_eq!(mirrored_words(&mirrored_words(text)), text);
        }
    }
}
