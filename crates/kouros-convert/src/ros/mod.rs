//! ROS 2 messages as bytes: definitions as text (`ros2msg`), values in CDR.
//!
//! Facts: the OMG's CDR (little or big endian by the second byte, numbers at multiples of their size
//! counted from behind the four bytes of head), ROS 2's interface definitions, and MCAP's registry of
//! schema encodings (definitions one after the other, apart by lines of `=`).

mod cdr;
mod definition;

pub(crate) use cdr::{Encoder, Leaf, leaves};
pub(crate) use definition::Definitions;
