//! Bodies in the world over time: what a human motion and a robot's trajectory have in common.

use crate::{Error, Result, Rot, SampleAt, Vec3, ticks_after_resampling};

/// Named bodies (B) in the world at a constant rate (T ticks), arrays flattened tick by tick.
#[derive(Debug, Clone)]
pub struct BodyTrack {
    names: Vec<String>,
    rate_hz: f64,
    positions: Vec<Vec3>,
    rotations: Option<Vec<Rot>>,
    rest: Option<Vec<Vec3>>,
}

impl BodyTrack {
    /// A track from positions (T x B) [m] and, where they are known, rotations `world_from_body`
    /// (T x B).
    ///
    /// # Errors
    /// No body, no tick, arrays of the wrong length, a rate that is not positive, a value that is
    /// not finite.
    pub fn new(names: Vec<String>, rate_hz: f64, positions: Vec<Vec3>, rotations: Option<Vec<Rot>>) -> Result<Self> {
        let bodies = names.len();
        if bodies == 0 {
            return Err(Error::Empty { what: "bodies" });
        }
        if positions.is_empty() {
            return Err(Error::Empty { what: "frames" });
        }
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if !positions.len().is_multiple_of(bodies) {
            return Err(Error::Shape { what: "body positions", expected: bodies, found: positions.len() });
        }
        if let Some(r) = rotations.as_ref().filter(|r| r.len() != positions.len()) {
            return Err(Error::Shape { what: "body rotations", expected: positions.len(), found: r.len() });
        }
        for (i, p) in positions.iter().enumerate() {
            if let Some(value) = p.iter().find(|v| !v.is_finite()) {
                return Err(Error::NotFinite { what: format!("body '{}'", names[i % bodies]), tick: i / bodies, value: *value });
            }
        }
        Ok(Self { names, rate_hz, positions, rotations, rest: None })
    }

    /// The same track of bodies that stand at `rest` (B) [m] when nothing is turned: as a skeleton
    /// with every rotation the identity.
    ///
    /// # Errors
    /// Another number of places than bodies, a value that is not finite.
    pub fn with_rest(self, rest: Vec<Vec3>) -> Result<Self> {
        if rest.len() != self.bodies() {
            return Err(Error::Shape { what: "places at rest", expected: self.bodies(), found: rest.len() });
        }
        if let Some((body, value)) = rest.iter().enumerate().find_map(|(b, p)| Some((b, *p.iter().find(|v| !v.is_finite())?))) {
            return Err(Error::NotFinite { what: format!("body '{}' at rest", self.names[body]), tick: 0, value });
        }
        Ok(Self { rest: Some(rest), ..self })
    }

    /// The bodies' names (B).
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Ticks a second [Hz].
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The number of ticks T.
    pub fn ticks(&self) -> usize {
        self.positions.len() / self.names.len()
    }

    /// The number of bodies B.
    pub fn bodies(&self) -> usize {
        self.names.len()
    }

    /// Position of a body at a tick, in the world [m].
    pub fn position(&self, tick: usize, body: usize) -> Vec3 {
        self.positions[tick * self.names.len() + body]
    }

    /// `world_from_body` at a tick, where the source knows rotations.
    pub fn rotation(&self, tick: usize, body: usize) -> Option<Rot> {
        self.rotations.as_ref().map(|r| r[tick * self.names.len() + body])
    }

    /// Where a body stands with every rotation the identity [m], where the source has a skeleton.
    pub fn rest(&self, body: usize) -> Option<Vec3> {
        self.rest.as_ref().map(|r| r[body])
    }

    /// Whether the source knows rotations.
    pub fn has_rotations(&self) -> bool {
        self.rotations.is_some()
    }

    /// The same bodies at another rate: positions linear, rotations on the sphere.
    ///
    /// # Errors
    /// The rate is not positive.
    pub fn resampled(&self, rate_hz: f64) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if rate_hz == self.rate_hz {
            return Ok(self.clone());
        }
        let bodies = self.names.len();
        let ticks = ticks_after_resampling(self.ticks(), self.rate_hz, rate_hz);
        let at: Vec<SampleAt> = (0..ticks).map(|t| SampleAt::new(t, rate_hz, self.rate_hz, self.ticks())).collect();
        let each = |a: &SampleAt, b: usize| (a.before * bodies + b, a.after * bodies + b);
        let mut positions = Vec::with_capacity(ticks * bodies);
        for a in &at {
            for b in 0..bodies {
                let (i, k) = each(a, b);
                positions.push(a.vector(&self.positions[i], &self.positions[k]));
            }
        }
        let rotations = self.rotations.as_ref().map(|r| {
            at.iter()
                .flat_map(|a| (0..bodies).map(move |b| (a, b)))
                .map(|(a, b)| {
                    let (i, k) = each(a, b);
                    a.rotation(&r[i], &r[k])
                })
                .collect()
        });
        Ok(Self { names: self.names.clone(), rate_hz, positions, rotations, rest: self.rest.clone() })
    }
}
