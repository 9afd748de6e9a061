//! How well a marker fits a place on the body: costs, as negative logarithms of likelihoods.
//!
//! Lengths are those of an adult of 1.73 m (Drillis and Contini 1966, as in Winter, figure 4.1; the
//! pelvis of Harrington et al. 2007), with how much people and the placing of markers differ; all scaled by the
//! stature that is tried.

/// Mean and standard deviation of a length [m].
pub(super) type Length = (f64, f64);

/// What a length says that is no length of a body costs at most: one bad marker must not outvote all others.
const MOST: f64 = 12.0;
/// What a landmark costs that is left out.
pub(super) const ABSENT: f64 = 4.0;
/// How much a distance within a bone varies under the skin [m].
pub(super) const BONE: f64 = 0.012;
/// The same from the acromion to the arm, and across the shoulders.
pub(super) const GIRDLE: f64 = 0.03;

/// What it costs that a length is `found`.
pub(super) fn length(found: f64, (mean, sd): Length, scale: f64) -> f64 {
    let off = (found - mean * scale) / (sd * scale);
    (off * off / 2.0).min(MOST)
}

/// What it costs that a distance that should be constant varies by `spread`.
pub(super) fn rigid(spread: f64, usual: f64) -> f64 {
    (spread * spread / (2.0 * usual * usual)).min(MOST)
}

/// What it costs that something lies `ahead` of where it may not lie behind [m]; `sd` is how sure that is.
pub(super) fn ahead(ahead: f64, sd: f64) -> f64 {
    if ahead >= 0.0 { 0.0 } else { (ahead * ahead / (2.0 * sd * sd)).min(MOST) }
}

/// The best ways to place some landmarks, best first.
#[derive(Debug, Clone)]
pub(super) struct Ways<const N: usize> {
    pub best: Vec<(f64, [Option<usize>; N])>,
    added: usize,
}

/// How many ways are looked at.
const LOOKED_AT: usize = 100_000;
/// How many ways are kept.
const KEPT: usize = 400;

impl<const N: usize> Ways<N> {
    pub fn new() -> Self {
        Self { best: Vec::new(), added: 0 }
    }

    pub fn add(&mut self, cost: f64, way: [Option<usize>; N]) {
        self.added += 1;
        self.best.push((cost, way));
        if self.best.len() >= 8 * KEPT {
            self.sort();
        }
    }

    /// Whether more ways were seen than a body has; what is left is not looked at.
    pub fn is_full(&self) -> bool {
        self.added > LOOKED_AT
    }

    pub fn sort(&mut self) {
        self.best.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.best.truncate(KEPT);
    }

    /// How much dearer the best way is that has another marker at landmark `n` than the best of all; markers
    /// that are `same` as the best's do not count.
    pub fn margin(&self, n: usize, same: impl Fn(usize, usize) -> bool) -> f64 {
        let Some((cost, way)) = self.best.first() else { return 0.0 };
        let other = |w: &[Option<usize>; N]| w[n] != way[n] && !w[n].zip(way[n]).is_some_and(|(a, b)| same(a, b));
        self.best.iter().find(|w| other(&w.1)).map_or(f64::INFINITY, |w| w.0 - cost)
    }
}
