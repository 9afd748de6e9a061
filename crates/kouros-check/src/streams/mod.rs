//! What streams of numbers tell without a body: units, limits, order, delay, holes.

pub(crate) mod finite;
pub(crate) mod frozen;
pub(crate) mod lag;
pub(crate) mod limits;
pub(crate) mod order;
pub(crate) mod sequence;
pub(crate) mod units;
