//! Why a finding is put right, or left alone.

use crate::Code;

/// What is not touched, and why: its truth is not in the data.
pub const LEFT_ALONE: &[(&[Code], &str)] = &[
    (&[Code::Table], "what a column means, or what should stand in it, only its maker knows"),
    (&[Code::NotFinite], "what was measured there is not known"),
    (&[Code::Timestamp], "the times are off by more than rounding: frames may be missing, or the clock was uneven"),
    (&[Code::ClockDrift], "which of the clocks is right, or whether fps is wrong, is not known"),
    (&[Code::Duplicate], "a repetition may be meant; `kouros filter` leaves episodes out"),
    (&[Code::Short], "a short episode may be meant; `kouros filter --min-seconds` leaves it out"),
    (&[Code::Units], "whether every episode and column is in that unit only its maker knows"),
    (&[Code::QuaternionNorm], "a length beyond 0.9 to 1.1 is no rounding: the numbers themselves may be damaged"),
    (&[Code::QuaternionOrder], "episodes speak for both orders, and others for neither"),
    (&[Code::JointOrder, Code::Sides], "which of the columns is the right one only its maker knows"),
    (&[Code::Lag, Code::ContactTime], "shifting would make up the frames at an end"),
    (&[Code::Frozen], "what happened meanwhile is not known"),
    (
        &[
            Code::JointLimit,
            Code::ActionLimit,
            Code::JointSpeed,
            Code::JointTorque,
            Code::BaseHeight,
            Code::Penetration,
            Code::FootSlide,
            Code::SelfCollision,
        ],
        "another motion would be made up; retarget it again, or leave the episode out",
    ),
    (&[Code::Contact, Code::Labels], "labels follow from the motion: label it again"),
    (
        &[Code::TorqueDemand, Code::GroundForce, Code::Flight, Code::Balance, Code::Fall],
        "it may be true, and falls are worth keeping",
    ),
    (
        &[Code::Info, Code::Count, Code::EpisodeList, Code::Tasks, Code::File, Code::Index, Code::Statistics],
        "it stands after all was written anew",
    ),
];

/// What a dataset written anew has right, whatever it was.
pub(super) fn by_writing(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::Info => "keys that were missing or impossible are those of the layout",
        Code::Count => "totals are counted from the frames",
        Code::EpisodeList => "the list is made from the frames' own column episode_index",
        Code::Tasks => "tasks are numbered without gaps; every frame has the text it had",
        Code::File => "paths are those of the layout",
        Code::Index => "frame_index, index and episode_index count the rows",
        Code::Statistics => "statistics are computed from the frames",
        _ => return None,
    })
}

/// Why it is left alone.
pub(super) fn why_not(code: Code) -> &'static str {
    LEFT_ALONE.iter().find(|(codes, _)| codes.contains(&code)).map_or("nothing is known that would put it right", |(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_reason() {
        for code in Code::ALL {
            assert_eq!(LEFT_ALONE.iter().filter(|(codes, _)| codes.contains(code)).count(), 1, "{code}");
        }
    }
}
