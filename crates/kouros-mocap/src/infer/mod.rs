//! What a file does not say and its motion does: unit, up axis, rate, T-pose. Every inference is
//! told with the numbers it rests on and the option that overrides it.

pub(crate) mod rate;
pub(crate) mod root;
pub(crate) mod t_pose;
pub(crate) mod unit;
pub(crate) mod up;
