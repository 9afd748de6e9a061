//! a robot from MJCF or URDF, its kinematics, dynamics and profile.
