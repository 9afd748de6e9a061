//! episodes on disk: LeRobot v3.0 native.
