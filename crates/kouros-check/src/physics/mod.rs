//! What only a body in the world can tell: floor, feet, limbs, forces.

pub(crate) mod collision;
pub(crate) mod contact;
pub(crate) mod exchange;
pub(crate) mod fall;
pub(crate) mod force;
pub(crate) mod height;
pub(crate) mod slide;
pub(crate) mod turn;
