//! Force plates: channels to force, centre of pressure and free moment in the file's world.
//!
//! Lives here: types 1 to 4 of C3D's FORCE_PLATFORM and what their numbers mean. Does not: bytes
//! (`c3d/`), which foot stood there (`kouros-label`).
//!
//! The plate's axes: the four corners lie in its quadrants (+x +y), (-x +y), (-x -y), (+x -y);
//! z = x cross y, in most laboratories down. Force and moment are those of the plate on the body in
//! these axes; a plate on which, by that, the load pulls down has them the other way, which is
//! told and turned. With o = ORIGIN, the vector from the sensors to the middle of the surface,
//! the moment about that middle is M - o x F, the centre of pressure x = -My/Fz, y = Mx/Fz and the
//! free moment Mz - x Fy + y Fx (C3D's user guide; Winter, Biomechanics and Motor Control, 4th ed., 5.2).

#[cfg(test)]
mod tests;

use kouros_motion::{Report, Vec3};

/// A plate in the file's own axes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Felt {
    pub name: String,
    /// In the unit of `unit_m`.
    pub corners: Option<[Vec3; 4]>,
    pub rate_hz: f64,
    /// From the first frame on [s].
    pub start_s: f64,
    /// On the body [N] (S).
    pub force: Vec<Vec3>,
    /// In the unit of `unit_m` (S).
    pub center: Vec<Vec3>,
    /// About the upward normal [N m] (S).
    pub free_moment: Vec<f64>,
    /// Metres per unit of its lengths.
    pub unit_m: f64,
}

/// Analog samples by channel, scaled; `value(sample, channel)`, both from 0.
pub(crate) struct Analog<'a> {
    pub channels: usize,
    pub samples: usize,
    pub per_frame: usize,
    pub rate_hz: f64,
    pub units: &'a [String],
    pub value: &'a dyn Fn(usize, usize) -> f64,
}

/// The parameters of the plates, one behind the other.
pub(crate) struct Group<'a> {
    pub used: usize,
    pub kinds: &'a [f64],
    /// Three of four corners each.
    pub corners: &'a [f64],
    pub origins: &'a [f64],
    /// Channels from 1, six or eight each.
    pub channels: &'a [f64],
    /// 36 each, column by column.
    pub matrices: &'a [f64],
    /// First and last frame, from 1, in which nobody stood there.
    pub zero: &'a [f64],
    /// Metres per unit of the corners.
    pub unit_m: f64,
}

/// Loads below this say nothing about where [N]; a centre of pressure is a quotient.
const LEAST_LOAD: f64 = 5.0;
/// The most plates of a file; a gait laboratory has two to eight.
const MOST: usize = 64;

/// What all plates felt. A plate of another type, or without its numbers, is left out and told.
pub(crate) fn felt(group: &Group, analog: &Analog, report: &mut Report) -> Vec<Felt> {
    let each = if group.kinds.contains(&3.0) { 8 } else { 6 };
    let mut out = Vec::new();
    for i in 0..group.used.min(MOST) {
        match plate(i, each, group, analog, report) {
            Ok(felt) => out.push(felt),
            Err(why) => report.warn("force-plate", format!("plate {} was left out: {why}", i + 1)),
        }
    }
    if !out.is_empty() {
        let loaded = out.iter().filter(|p| p.force.iter().any(|f| f.norm() > 20.0)).count();
        report.inferred(
            "force-plates",
            format!("{} plates at {} Hz, {loaded} of them loaded; forces are those on the body", out.len(), analog.rate_hz),
        );
    }
    out
}

fn plate(i: usize, each: usize, g: &Group, analog: &Analog, report: &mut Report) -> Result<Felt, String> {
    let kind = g.kinds.get(i).copied().unwrap_or(0.0) as i64;
    let needed = match kind {
        1 | 2 | 4 => 6,
        3 => 8,
        _ => return Err(format!("expected type 1 to 4, found {kind}")),
    };
    let corner = |c: usize| g.corners.get(12 * i + 3 * c..12 * i + 3 * c + 3).map(Vec3::from_row_slice);
    let corners = [corner(0), corner(1), corner(2), corner(3)];
    let [Some(a), Some(b), Some(c), Some(d)] = corners else { return Err("expected twelve numbers of CORNERS".into()) };
    let (x, y) = ((a + d - b - c).try_normalize(1e-9), (a + b - c - d).try_normalize(1e-9));
    let (Some(x), Some(y)) = (x, y) else { return Err("its corners span no surface".into()) };
    let z = x.cross(&y).try_normalize(1e-3).filter(|_| x.dot(&y).abs() < 0.5);
    let z = z.ok_or("its corners span no rectangle")?;
    let y = z.cross(&x);
    let channel = |c: usize| {
        let n = g.channels.get(each * i + c).copied().unwrap_or(0.0);
        if n >= 1.0 && n <= analog.channels as f64 { Ok(n as usize - 1) } else { Err(format!("no channel {n}")) }
    };
    let channels = (0..needed).map(channel).collect::<Result<Vec<usize>, String>>()?;
    let mut origin = g.origins.get(3 * i..3 * i + 3).map_or_else(Vec3::zeros, Vec3::from_row_slice) * g.unit_m;
    let matrix = match kind {
        4 => Some(g.matrices.get(36 * i..36 * i + 36).ok_or("expected a CAL_MATRIX of 36 numbers")?),
        _ => None,
    };
    // The surface lies over the sensors: with z down its middle is at a negative z.
    if kind != 1 && origin.z > 0.0 {
        origin = if kind == 3 { Vec3::new(origin.x, origin.y, -origin.z) } else { -origin };
        report.inferred("force-plate", format!("plate {}: ORIGIN places the surface under its sensors; turned round", i + 1));
    }
    let unit = analog.units.get(channels[if kind == 1 { 5 } else { 3.min(needed - 1) }]).map(String::as_str).unwrap_or("");
    let metre = moment_metres(unit).unwrap_or(g.unit_m);
    let place = analog.units.get(channels[3]).and_then(|u| metres(u)).unwrap_or(g.unit_m);
    let zero = zero_offsets(&channels, g.zero, analog);

    let middle = (a + b + c + d) / 4.0;
    let mut raw = Vec::new();
    raw.reserve_exact(analog.samples);
    for s in 0..analog.samples {
        let v: Vec<f64> = channels.iter().zip(&zero).map(|(c, zero)| (analog.value)(s, *c) - zero).collect();
        raw.push(match (kind, v.as_slice()) {
            (1, [fx, fy, fz, px, py, t]) => {
                let (force, at) = (Vec3::new(*fx, *fy, *fz), Vec3::new(*px, *py, 0.0) * place);
                (force, at.cross(&force) + Vec3::z() * (t * metre))
            }
            (3, [x12, x34, y14, y23, z1, z2, z3, z4]) => {
                let (la, lb) = (origin.x.abs(), origin.y.abs());
                let force = Vec3::new(x12 + x34, y14 + y23, z1 + z2 + z3 + z4);
                let moment = Vec3::new(lb * (z1 + z2 - z3 - z4), la * (z2 + z3 - z1 - z4), lb * (x34 - x12) + la * (y14 - y23));
                (force, moment - Vec3::new(0.0, 0.0, origin.z).cross(&force))
            }
            (_, six) => {
                let row = |r: usize| match matrix {
                    Some(m) => six.iter().enumerate().map(|(c, v)| m[r + 6 * c] * v).sum::<f64>(),
                    None => six[r],
                };
                let (force, moment) = (Vec3::new(row(0), row(1), row(2)), Vec3::new(row(3), row(4), row(5)) * metre);
                (force, moment - origin.cross(&force))
            }
        });
    }
    // People push on floors: the whole of the load must point up, against z where z is down.
    let total: f64 = raw.iter().map(|(f, _)| f.z).sum();
    let up = up_sign(&z);
    let sign = if total * up < 0.0 { -1.0 } else { 1.0 };
    if sign < 0.0 && raw.iter().any(|(f, _)| f.z.abs() > 50.0) {
        report.inferred(
            "force-plate",
            format!("plate {}: its numbers are forces on the plate; turned to those on the body", i + 1),
        );
    }
    let world = |v: &Vec3| x * v.x + y * v.y + z * v.z;
    let (mut force, mut center, mut free) = (Vec::new(), Vec::new(), Vec::new());
    for (f, m) in &raw {
        let (px, py) = if f.z.abs() >= LEAST_LOAD { (-m.y / f.z, m.x / f.z) } else { (0.0, 0.0) };
        force.push(world(f) * sign);
        center.push(middle + (x * px + y * py) / g.unit_m);
        free.push((m.z - px * f.y + py * f.x) * sign * up);
    }
    Ok(Felt {
        name: format!("plate {}", i + 1),
        corners: Some([a, b, c, d]),
        rate_hz: analog.rate_hz,
        // The samples of a frame begin at it.
        start_s: 0.0,
        force,
        center,
        free_moment: free,
        unit_m: g.unit_m,
    })
}

/// Whether the plate's z points along the largest of the world's axes or against it.
fn up_sign(z: &Vec3) -> f64 {
    z[z.iamax()].signum()
}

/// The mean of each channel over the frames in which nobody stood on the plate.
fn zero_offsets(channels: &[usize], zero: &[f64], analog: &Analog) -> Vec<f64> {
    let range = match zero {
        [first, last, ..] if *first >= 1.0 && last >= first => {
            let from = (*first as usize - 1).saturating_mul(analog.per_frame);
            from..(*last as usize).saturating_mul(analog.per_frame).min(analog.samples)
        }
        _ => 0..0,
    };
    let n = range.len();
    let mean = |c: &usize| if n == 0 { 0.0 } else { range.clone().map(|s| (analog.value)(s, *c)).sum::<f64>() / n as f64 };
    channels.iter().map(mean).collect()
}

/// Metres per unit of a length.
pub(crate) fn metres(unit: &str) -> Option<f64> {
    match unit.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_ascii_lowercase().as_str() {
        "m" | "meter" | "meters" | "metre" | "metres" => Some(1.0),
        "dm" => Some(0.1),
        "cm" => Some(0.01),
        "mm" | "millimeters" | "millimetres" => Some(0.001),
        "in" | "inch" | "inches" => Some(0.0254),
        "ft" => Some(0.3048),
        _ => None,
    }
}

/// Metres in a unit of moments: `Nmm`, `ntmm`, `N*m`, `N.m`.
fn moment_metres(unit: &str) -> Option<f64> {
    let unit = unit.to_ascii_lowercase();
    let rest = unit.strip_prefix("nt").or_else(|| unit.strip_prefix('n'))?;
    metres(rest.trim_start_matches(|c: char| !c.is_ascii_alphabetic()))
}
