//! A robot's motion as the arrays that motion-tracking trainers read (BeyondMimic, mjlab).

use crate::{Error, Result};

/// What such a file holds: T ticks, N joints, B bodies; arrays flattened tick by tick, then body
/// by body. Velocities are the caller's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MotionArrays {
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// The joints' names (N).
    pub joint_names: Vec<String>,
    /// The bodies' names (B).
    pub body_names: Vec<String>,
    /// Joint positions (T x N) [rad].
    pub joint_pos: Vec<f32>,
    /// Joint velocities (T x N) [rad/s].
    pub joint_vel: Vec<f32>,
    /// Positions of the bodies in the world (T x B x 3) [m].
    pub body_pos_w: Vec<f32>,
    /// Rotations `world_from_body` (T x B x 4), w x y z.
    pub body_quat_w: Vec<f32>,
    /// Velocities of the bodies' origins in the world (T x B x 3) [m/s].
    pub body_lin_vel_w: Vec<f32>,
    /// Angular velocities in the world's axes (T x B x 3) [rad/s].
    pub body_ang_vel_w: Vec<f32>,
    /// The names of what moves beside the robot (O); often none.
    pub object_names: Vec<String>,
    /// Their positions in the world (T x O x 3) [m].
    pub object_pos_w: Vec<f32>,
    /// Their rotations `world_from_object` (T x O x 4), w x y z.
    pub object_quat_w: Vec<f32>,
}

impl MotionArrays {
    /// The number of ticks T.
    ///
    /// # Errors
    /// No joint, no body, no tick, an array of the wrong length.
    fn ticks(&self) -> Result<usize> {
        let (joints, bodies) = (self.joint_names.len(), self.body_names.len());
        let some = |what: &str, found: usize| {
            if found == 0 { Err(Error::Shape { what: what.into(), expected: 1, found }) } else { Ok(()) }
        };
        some("joint_names", joints)?;
        some("body_names", bodies)?;
        let ticks = self.joint_pos.len() / joints;
        some("ticks in joint_pos", ticks)?;
        for (what, width, found) in [
            ("joint_pos", joints, self.joint_pos.len()),
            ("joint_vel", joints, self.joint_vel.len()),
            ("body_pos_w", bodies * 3, self.body_pos_w.len()),
            ("body_quat_w", bodies * 4, self.body_quat_w.len()),
            ("body_lin_vel_w", bodies * 3, self.body_lin_vel_w.len()),
            ("body_ang_vel_w", bodies * 3, self.body_ang_vel_w.len()),
            ("object_pos_w", self.object_names.len() * 3, self.object_pos_w.len()),
            ("object_quat_w", self.object_names.len() * 4, self.object_quat_w.len()),
        ] {
            if found != ticks * width {
                return Err(Error::Shape { what: format!("{what} of {ticks} ticks"), expected: ticks * width, found });
            }
        }
        Ok(ticks)
    }
}

/// The bytes of the file: uncompressed, and the same for the same arrays. `fps` is one `int64`
/// where the rate is whole, else one `float64`; the arrays are `float32`. Beside the arrays of the
/// layout it holds `joint_names` and `body_names`, which readers that go by index ignore, and the
/// objects' arrays where there are objects.
///
/// # Errors
/// No joint, no body, no tick, an array of the wrong length.
pub fn motion_npz(arrays: &MotionArrays) -> Result<Vec<u8>> {
    let ticks = arrays.ticks()?;
    let (joints, bodies) = (arrays.joint_names.len(), arrays.body_names.len());
    let rate = match arrays.rate_hz {
        hz if hz.fract() == 0.0 => npy("<i8", &[1], &(hz as i64).to_le_bytes()),
        hz => npy("<f8", &[1], &hz.to_le_bytes()),
    };
    let numbers =
        |shape: &[usize], values: &[f32]| npy("<f4", shape, &values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>());
    let mut members = vec![
        ("fps", rate),
        ("joint_pos", numbers(&[ticks, joints], &arrays.joint_pos)),
        ("joint_vel", numbers(&[ticks, joints], &arrays.joint_vel)),
        ("body_pos_w", numbers(&[ticks, bodies, 3], &arrays.body_pos_w)),
        ("body_quat_w", numbers(&[ticks, bodies, 4], &arrays.body_quat_w)),
        ("body_lin_vel_w", numbers(&[ticks, bodies, 3], &arrays.body_lin_vel_w)),
        ("body_ang_vel_w", numbers(&[ticks, bodies, 3], &arrays.body_ang_vel_w)),
        ("joint_names", texts(&arrays.joint_names)),
        ("body_names", texts(&arrays.body_names)),
    ];
    let objects = arrays.object_names.len();
    if objects > 0 {
        members.extend([
            ("object_pos_w", numbers(&[ticks, objects, 3], &arrays.object_pos_w)),
            ("object_quat_w", numbers(&[ticks, objects, 4], &arrays.object_quat_w)),
            ("object_names", texts(&arrays.object_names)),
        ]);
    }
    archive(&members)
}

/// An array of names as a `.npy`: fixed-width UTF-32, as wide as the longest name.
fn texts(names: &[String]) -> Vec<u8> {
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).max(1);
    let mut data = Vec::with_capacity(names.len() * width * 4);
    for name in names {
        let padded = name.chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
        data.extend(padded.flat_map(u32::to_le_bytes));
    }
    npy(&format!("<U{width}"), &[names.len()], &data)
}

/// A `.npy` of version 1.0 in C order (NumPy's format description, NEP 1).
fn npy(dtype: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
    /// The data begin at a multiple of this, as NumPy itself writes it.
    const ALIGNMENT: usize = 64;
    let shape: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let mut header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({shape}), }}");
    let unpadded = MAGIC.len() + 2 + header.len() + 1;
    header.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(ALIGNMENT) - unpadded));
    header.push('\n');
    // A header of a dtype and at most three sizes is far below 64 KiB.
    [MAGIC, &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

/// A zip archive of stored (uncompressed) members, all dated 1980-01-01 so that the same members
/// give the same bytes (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16).
///
/// # Errors
/// The archive would pass 4 GiB, the limit of a plain zip.
fn archive(members: &[(&str, Vec<u8>)]) -> Result<Vec<u8>> {
    const VERSION: u16 = 20;
    const FIRST_OF_JANUARY_1980: u32 = 0x0021_0000;
    let total: usize = members.iter().map(|(name, data)| data.len() + 2 * name.len() + 128).sum();
    if u32::try_from(total).is_err() {
        return Err(Error::Shape { what: "bytes of an npz".into(), expected: u32::MAX as usize, found: total });
    }
    let (mut out, mut directory) = (Vec::with_capacity(total), Vec::new());
    for (name, data) in members {
        let name = format!("{name}.npy");
        // From the version to the length of the extra field: the same in both headers.
        let mut shared = Vec::new();
        shared.extend(VERSION.to_le_bytes());
        shared.extend([0; 4]); // flags; method: stored
        shared.extend(FIRST_OF_JANUARY_1980.to_le_bytes());
        shared.extend(crc32(data).to_le_bytes());
        shared.extend((data.len() as u32).to_le_bytes());
        shared.extend((data.len() as u32).to_le_bytes());
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0; 2]); // no extra field
        let offset = out.len() as u32;
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes()); // made by
        directory.extend(&shared);
        directory.extend([0; 10]); // comment, disk, attributes
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(data);
    }
    let (offset, members) = (out.len() as u32, members.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]); // disks
    out.extend(members.to_le_bytes());
    out.extend(members.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend([0; 2]); // no comment
    Ok(out)
}

/// The cyclic redundancy check of zip: polynomial 0xEDB88320, reflected.
fn crc32(data: &[u8]) -> u32 {
    let table: [u32; 256] =
        std::array::from_fn(|i| (0..8).fold(i as u32, |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 }));
    !data.iter().fold(!0, |c, &byte| table[((c ^ u32::from(byte)) & 0xFF) as usize] ^ (c >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use npyz::npz::NpzArchive;
    use std::io::Cursor;

    fn arrays() -> MotionArrays {
        let numbers = |n: usize| (0..n).map(|i| i as f32 * 0.5 - 1.0).collect();
        MotionArrays {
            rate_hz: 50.0,
            joint_names: vec!["left_hip".into(), "knie_ä".into()],
            body_names: vec!["pelvis".into(), "foot".into(), "hand".into()],
            joint_pos: numbers(4 * 2),
            joint_vel: numbers(4 * 2),
            body_pos_w: numbers(4 * 9),
            body_quat_w: numbers(4 * 12),
            body_lin_vel_w: numbers(4 * 9),
            body_ang_vel_w: numbers(4 * 9),
            ..MotionArrays::default()
        }
    }

    #[test]
    fn another_reader_reads_it_back() {
        let a = arrays();
        let bytes = motion_npz(&a).expect("sane");
        assert_eq!(bytes, motion_npz(&a).expect("sane"));
        let mut npz = NpzArchive::new(Cursor::new(bytes)).expect("a zip");
        assert_eq!(npz.array_names().count(), 9);
        let quat = npz.by_name("body_quat_w").expect("npy").expect("there");
        assert_eq!(quat.shape(), [4, 3, 4]);
        assert_eq!(quat.into_vec::<f32>().expect("f32"), a.body_quat_w);
        let fps = npz.by_name("fps").expect("npy").expect("there");
        assert_eq!(fps.into_vec::<i64>().expect("i64"), [50]);
        let names = npz.by_name("joint_names").expect("npy").expect("there");
        assert_eq!(names.into_vec::<String>().expect("text"), a.joint_names);
    }

    #[test]
    fn the_check_value_of_crc32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn wrong_lengths_are_named() {
        let mut a = arrays();
        a.body_quat_w.pop();
        assert_eq!(motion_npz(&a).expect_err("short").to_string(), "body_quat_w of 4 ticks: expected 48 values, found 47");
        a.joint_names.clear();
        assert!(motion_npz(&a).is_err());
    }
}
