//! What a file does not say and its motion does: unit, up axis, rate, T-pose. Every inference is
//! told with the numbers it rests on and the option that overrides it.

pub(crate) mod rate;
pub(crate) mod root;
pub(crate) mod t_pose;
pub(crate) mod toes;
pub(crate) mod unit;
pub(crate) mod up;

#[cfg(test)]
mod tests {
    use crate::recording::Recording;
    use kouros_motion::Report;

    /// A made-up person of centimetres, y up, in nearly a T-pose.
    pub(super) fn person() -> Recording {
        let bytes = include_bytes!("../../../../fuzz/seeds/bvh/person.bvh");
        crate::bvh::read("person.bvh", bytes, &mut Report::new()).expect("our own seed")
    }

    /// The same with every length multiplied.
    pub(super) fn scaled(mut r: Recording, factor: f64) -> Recording {
        r.joints.iter_mut().for_each(|j| j.offset *= factor);
        r.translation.iter_mut().for_each(|p| *p *= factor);
        r
    }
}
