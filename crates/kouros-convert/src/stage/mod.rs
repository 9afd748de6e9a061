//! Sources made of other sources.

mod dropped;
mod merged;
mod resampled;

pub use dropped::Dropped;
pub use merged::Merged;
pub use resampled::Resampled;
