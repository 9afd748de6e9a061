//! human motion x robot -> trajectory.
