//! Where frames come from: a recording, standard input, datagrams.
//!
//! Lives here: reading one frame after another. Does not: what becomes of them (`mod.rs`).

use crate::exit::{Failure, Result};
use kouros_motion::{BodyTrack, Rot, Vec3};
use serde::Deserialize;
use std::io::{BufRead, Read};
use std::net::{Ipv4Addr, UdpSocket};

/// A frame's text is no longer than this [bytes]; a hundred joints take 10 kB.
const LONGEST: u64 = 1 << 20;

/// All joints of a person at one time, in the world.
#[derive(Debug)]
pub struct Frame {
    /// Its number, where the source counts.
    pub number: Option<u64>,
    /// [m].
    pub positions: Vec<Vec3>,
    /// `world_from_joint`.
    pub rotations: Option<Vec<Rot>>,
}

/// What came.
#[derive(Debug)]
pub enum Next {
    Frame(Frame),
    /// Something that is no frame, and why.
    Unreadable(String),
    End,
}

/// A source of frames.
pub enum Frames<'a> {
    Clip { track: BodyTrack, tick: usize },
    Lines(Box<dyn BufRead + 'a>),
    Datagrams { socket: UdpSocket, buffer: Vec<u8> },
}

/// As it is written.
#[derive(Deserialize)]
struct Written {
    frame: Option<u64>,
    positions: Vec<[f64; 3]>,
    rotations: Option<Vec<[f64; 4]>>,
}

impl<'a> Frames<'a> {
    /// Those of a recording.
    pub fn clip(track: BodyTrack) -> Self {
        Self::Clip { track, tick: 0 }
    }

    /// One a line.
    pub fn lines(input: impl BufRead + 'a) -> Self {
        Self::Lines(Box::new(input))
    }

    /// One a datagram, to a port of this machine alone.
    pub fn datagrams(port: u16) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port));
        let socket = socket.map_err(|e| Failure::new(format!("cannot listen at port {port}: {e}")))?;
        Ok(Self::Datagrams { socket, buffer: vec![0; usize::from(u16::MAX)] })
    }

    /// Waits for the next.
    pub fn next(&mut self) -> Result<Next> {
        match self {
            Self::Clip { track, tick } => {
                if *tick == track.ticks() {
                    return Ok(Next::End);
                }
                let joints = 0..track.bodies();
                let positions = joints.clone().map(|j| track.position(*tick, j)).collect();
                let rotations = joints.map(|j| track.rotation(*tick, j)).collect();
                *tick += 1;
                Ok(Next::Frame(Frame { number: None, positions, rotations }))
            }
            Self::Lines(input) => {
                let mut line = Vec::new();
                let failed = |e| Failure::new(format!("cannot read standard input: {e}"));
                input.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(failed)?;
                if line.is_empty() {
                    return Ok(Next::End);
                }
                if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
                    input.skip_until(b'\n').map_err(failed)?;
                    return Ok(Next::Unreadable(format!("expected a line of at most {LONGEST} bytes, found a longer one")));
                }
                Ok(parse(&line))
            }
            Self::Datagrams { socket, buffer } => {
                let size = socket.recv(buffer).map_err(|e| Failure::new(format!("cannot receive a frame: {e}")))?;
                Ok(if size == 0 { Next::End } else { parse(&buffer[..size]) })
            }
        }
    }
}

fn parse(text: &[u8]) -> Next {
    match serde_json::from_slice::<Written>(text) {
        Ok(written) => {
            let positions = written.positions.into_iter().map(Vec3::from).collect();
            // Four zeros are no rotation: they become no numbers, which the stream refuses.
            let rotation = |[w, x, y, z]: [f64; 4]| Rot::from_quaternion(nalgebra::Quaternion::new(w, x, y, z));
            let rotations = written.rotations.map(|r| r.into_iter().map(rotation).collect());
            Next::Frame(Frame { number: written.frame, positions, rotations })
        }
        Err(e) => Next::Unreadable(format!("expected a frame as JSON: {e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_frames_or_say_why_not() {
        let text = b"{\"frame\":7,\"positions\":[[1,2,3]],\"rotations\":[[2,0,0,0]]}\nno\n{\"positions\":[]}\n".as_slice();
        let mut frames = Frames::lines(text);
        match frames.next().expect("readable") {
            Next::Frame(f) => {
                assert_eq!((f.number, f.positions), (Some(7), vec![Vec3::new(1.0, 2.0, 3.0)]));
                assert_eq!(f.rotations, Some(vec![Rot::identity()]));
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(frames.next().expect("readable"), Next::Unreadable(_)));
        assert!(matches!(frames.next().expect("readable"), Next::Frame(f) if f.positions.is_empty()));
        assert!(matches!(frames.next().expect("readable"), Next::End));
    }

    #[test]
    fn a_line_without_end_is_passed_over() {
        let text = [vec![b'x'; LONGEST as usize + 5], b"\n{\"positions\":[]}\n".to_vec()].concat();
        let mut frames = Frames::lines(text.as_slice());
        assert!(matches!(frames.next().expect("readable"), Next::Unreadable(_)));
        assert!(matches!(frames.next().expect("readable"), Next::Frame(_)));
    }
}
