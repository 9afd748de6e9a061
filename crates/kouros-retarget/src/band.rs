//! Solving with a symmetric, positive definite, block-banded matrix: Cholesky factorisation tick
//! by tick.
//!
//! Lives here: linear algebra alone. Does not: what the numbers mean (`linearise.rs`).
//!
//! The matrix couples each tick with the `BAND` ticks before it by dense blocks of `n` rows. A
//! block is stored by columns of `stride` numbers, `n` rounded up to whole vectors; the padding is
//! zero. Block row t of the factor L is (Golub & Van Loan, Matrix Computations, 4.3.5 by blocks)
//!   L[t,t-k] = (H[t,t-k] - sum_m L[t,t-m] L[t-k,t-m]^T) L[t-k,t-k]^-T,   k < m <= BAND
//!   L[t,t]   = chol(H[t,t] - sum_k L[t,t-k] L[t,t-k]^T).
//! Every sum runs in one fixed order and products are not fused, so the result is the same to the
//! bit whatever vectors the processor has.

/// How many earlier ticks a tick is coupled with: third differences span four ticks.
pub const BAND: usize = 3;
/// Rows handled together.
const LANES: usize = 8;
/// Columns handled together.
const COLUMNS: usize = 4;

/// One block row: the block on the diagonal and the `BAND` blocks left of it, nearest first.
#[derive(Debug, Clone)]
pub struct BlockRow {
    /// `BAND + 1` blocks of `stride * stride` numbers; number 0 is the diagonal (its lower
    /// triangle counts).
    pub blocks: [Vec<f64>; BAND + 1],
}

impl BlockRow {
    /// A block row of `n` unknowns, all zero.
    pub fn new(n: usize) -> Self {
        let stride = n.next_multiple_of(LANES);
        Self { blocks: std::array::from_fn(|_| vec![0.0; stride * stride]) }
    }
}

/// The matrix, then its factor, and the right-hand side, then the solution.
pub struct BandSystem {
    n: usize,
    stride: usize,
    ticks: usize,
    rows: Vec<BlockRow>,
    /// The solution by whole vectors.
    padded: Vec<f64>,
}

impl BandSystem {
    /// A system of `ticks` ticks of `n` unknowns each, all zero.
    pub fn new(ticks: usize, n: usize) -> Self {
        let mut system = Self { n, stride: n.next_multiple_of(LANES), ticks: 0, rows: Vec::new(), padded: Vec::new() };
        system.resize(ticks);
        system
    }

    /// Numbers from one column of a block to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// All block rows.
    pub fn rows_mut(&mut self) -> &mut [BlockRow] {
        &mut self.rows[..self.ticks]
    }

    /// Makes it a system of `ticks` ticks; what it holds is undefined until [`Self::clear`]. Memory
    /// once taken is kept: a megabyte from the operating system costs as much as solving a tick.
    pub fn resize(&mut self, ticks: usize) {
        while self.rows.len() < ticks {
            self.rows.push(BlockRow::new(self.n));
        }
        self.ticks = ticks;
    }

    /// Sets everything to zero.
    pub fn clear(&mut self) {
        for row in self.rows_mut() {
            for block in &mut row.blocks {
                block.fill(0.0);
            }
        }
    }

    /// Replaces `rhs` (ticks x n) by the solution of H x = rhs; H is overwritten by its factor. `false` where H is not positive definite.
    pub fn solve(&mut self, rhs: &mut [f64]) -> bool {
        let work = Work { rows: &mut self.rows[..self.ticks], rhs, padded: &mut self.padded, n: self.n, stride: self.stride };
        pulp::Arch::new().dispatch(work)
    }
}

/// Factorisation and substitution, compiled once for each kind of vectors and run with the widest.
struct Work<'a> {
    rows: &'a mut [BlockRow],
    rhs: &'a mut [f64],
    padded: &'a mut Vec<f64>,
    n: usize,
    stride: usize,
}

impl pulp::WithSimd for Work<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> bool {
        let Self { rows, rhs, padded, n, stride } = self;
        for t in 0..rows.len() {
            let (before, current) = rows.split_at_mut(t);
            if !factor_row(before, &mut current[0], n, stride) {
                return false;
            }
        }
        substitute(rows, rhs, padded, n, stride);
        true
    }
}

/// Turns block row t of H into block row t of L; `before` holds the rows of L above it.
#[inline(always)]
fn factor_row(before: &[BlockRow], row: &mut BlockRow, n: usize, stride: usize) -> bool {
    let reach = before.len().min(BAND);
    for k in (1..=reach).rev() {
        let left = &before[before.len() - k];
        // Blocks 0..=k are written, the ones beyond are already factored.
        let (writable, factored) = row.blocks.split_at_mut(k + 1);
        let target = &mut writable[k];
        for m in k + 1..=reach {
            subtract_product(target, &factored[m - k - 1], &left.blocks[m - k], n, stride);
        }
        if !solve_right(target, &left.blocks[0], n, stride) {
            return false;
        }
    }
    let (diagonal, left) = row.blocks.split_at_mut(1);
    let diagonal = &mut diagonal[0];
    for block in &left[..reach] {
        subtract_square(diagonal, block, n, stride);
    }
    factor_diagonal(diagonal, n, stride)
}

/// `sum_k A[i.., k] B[j.., k]` over `k < inner`: an 8 x 4 tile of A B^T.
#[inline(always)]
fn tile(a: &[f64], b: &[f64], i: usize, j: usize, inner: usize, stride: usize) -> [[f64; LANES]; COLUMNS] {
    let mut sum = [[0.0; LANES]; COLUMNS];
    for (ca, cb) in a.chunks_exact(stride).zip(b.chunks_exact(stride)).take(inner) {
        let (Some(x), Some(y)) = (ca[i..].first_chunk::<LANES>(), cb[j..].first_chunk::<COLUMNS>()) else { continue };
        for c in 0..COLUMNS {
            for l in 0..LANES {
                sum[c][l] += x[l] * y[c];
            }
        }
    }
    sum
}

#[inline(always)]
fn subtract_tile(c: &mut [f64], sum: &[[f64; LANES]; COLUMNS], i: usize, j: usize, stride: usize) {
    for (column, s) in sum.iter().enumerate() {
        let at = (j + column) * stride + i;
        for (value, s) in c[at..at + LANES].iter_mut().zip(s) {
            *value -= s;
        }
    }
}

/// C -= A B^T.
#[inline(always)]
fn subtract_product(c: &mut [f64], a: &[f64], b: &[f64], n: usize, stride: usize) {
    for j in (0..n).step_by(COLUMNS) {
        for i in (0..n).step_by(LANES) {
            subtract_tile(c, &tile(a, b, i, j, n, stride), i, j, stride);
        }
    }
}

/// C -= A A^T, the lower triangle.
#[inline(always)]
fn subtract_square(c: &mut [f64], a: &[f64], n: usize, stride: usize) {
    for j in (0..n).step_by(COLUMNS) {
        for i in (j / LANES * LANES..n).step_by(LANES) {
            subtract_tile(c, &tile(a, a, i, j, n, stride), i, j, stride);
        }
    }
}

/// A <- A L^-T with L lower triangular. `false` where L has no positive diagonal.
#[inline(always)]
fn solve_right(a: &mut [f64], l: &[f64], n: usize, stride: usize) -> bool {
    for j in (0..n).step_by(COLUMNS) {
        for i in (0..n).step_by(LANES) {
            let sum = tile(a, l, i, j, j, stride);
            subtract_tile(a, &sum, i, j, stride);
        }
        if !finish_columns(a, l, 0, j, n, stride) {
            return false;
        }
    }
    true
}

/// D <- chol(D), lower triangle. `false` where D is not positive definite.
#[inline(always)]
fn factor_diagonal(d: &mut [f64], n: usize, stride: usize) -> bool {
    for j in (0..n).step_by(COLUMNS) {
        let first = j / LANES * LANES;
        for i in (first..n).step_by(LANES) {
            let sum = tile(d, d, i, j, j, stride);
            subtract_tile(d, &sum, i, j, stride);
        }
        // The small triangle first: the columns below need its pivots.
        for c in j..(j + COLUMNS).min(n) {
            for k in j..c {
                let factor = d[k * stride + c];
                for r in c..(j + COLUMNS).min(n) {
                    d[c * stride + r] -= d[k * stride + r] * factor;
                }
            }
            let pivot = d[c * stride + c];
            if pivot.is_nan() || pivot <= 0.0 {
                return false;
            }
            let root = pivot.sqrt();
            for r in c..(j + COLUMNS).min(n) {
                d[c * stride + r] /= root;
            }
        }
        for c in j..(j + COLUMNS).min(n) {
            for k in j..c {
                let factor = d[k * stride + c];
                let (left, right) = d.split_at_mut(c * stride);
                let from = &left[k * stride + j + COLUMNS.min(n - j)..k * stride + n];
                for (value, x) in right[j + COLUMNS.min(n - j)..n].iter_mut().zip(from) {
                    *value -= x * factor;
                }
            }
            let inverse = 1.0 / d[c * stride + c];
            for value in &mut d[c * stride + j + COLUMNS.min(n - j)..c * stride + n] {
                *value *= inverse;
            }
        }
    }
    true
}

/// Columns j..j+4 of A <- A L^-T once the columns before them are subtracted.
#[inline(always)]
fn finish_columns(a: &mut [f64], l: &[f64], first: usize, j: usize, n: usize, stride: usize) -> bool {
    for c in j..(j + COLUMNS).min(n) {
        for k in j..c {
            let factor = l[k * stride + c];
            let (left, right) = a.split_at_mut(c * stride);
            let from = &left[k * stride + first..k * stride + n];
            for (value, x) in right[first..n].iter_mut().zip(from) {
                *value -= x * factor;
            }
        }
        let pivot = l[c * stride + c];
        if pivot.is_nan() || pivot <= 0.0 {
            return false;
        }
        let inverse = 1.0 / pivot;
        for value in &mut a[c * stride + first..c * stride + n] {
            *value *= inverse;
        }
    }
    true
}

/// L y = rhs forwards, then L^T x = y backwards, in place.
#[inline(always)]
fn substitute(rows: &[BlockRow], rhs: &mut [f64], x: &mut Vec<f64>, n: usize, stride: usize) {
    // Padded to whole vectors: the padding of the factor is zero, and so is that of the solution.
    x.clear();
    x.resize(rows.len() * stride, 0.0);
    for (padded, rhs) in x.chunks_exact_mut(stride).zip(rhs.chunks_exact(n)) {
        padded[..n].copy_from_slice(rhs);
    }
    for t in 0..rows.len() {
        let (done, rest) = x.split_at_mut(t * stride);
        let now = &mut rest[..stride];
        for k in 1..=t.min(BAND) {
            let y = &done[(t - k) * stride..(t - k + 1) * stride];
            for (column, y) in rows[t].blocks[k].chunks_exact(stride).zip(&y[..n]) {
                for (value, l) in now.iter_mut().zip(column) {
                    *value -= l * y;
                }
            }
        }
        let d = &rows[t].blocks[0];
        for c in 0..n {
            now[c] /= d[c * stride + c];
            let pivot = now[c];
            for (value, l) in now[c + 1..n].iter_mut().zip(&d[c * stride + c + 1..c * stride + n]) {
                *value -= l * pivot;
            }
        }
    }
    for t in (0..rows.len()).rev() {
        let (rest, later) = x.split_at_mut((t + 1) * stride);
        let now = &mut rest[t * stride..];
        for k in 1..=BAND.min(rows.len() - 1 - t) {
            let y = &later[(k - 1) * stride..k * stride];
            for (value, column) in now[..n].iter_mut().zip(rows[t + k].blocks[k].chunks_exact(stride)) {
                *value -= dot(column, y);
            }
        }
        let d = &rows[t].blocks[0];
        for c in (0..n).rev() {
            let column = &d[c * stride..c * stride + n];
            let below: f64 = column[c + 1..].iter().zip(&now[c + 1..n]).map(|(a, b)| a * b).sum();
            now[c] = (now[c] - below) / column[c];
        }
    }
    for (padded, rhs) in x.chunks_exact(stride).zip(rhs.chunks_exact_mut(n)) {
        rhs.copy_from_slice(&padded[..n]);
    }
}

/// The sum of products of whole vectors, in a fixed order of eight partial sums.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (x, y) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for l in 0..LANES {
            sums[l] += x[l] * y[l];
        }
    }
    sums.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{DMatrix, DVector};

    /// Rounding of a few hundred additions on numbers near ten.
    const ROUNDING: f64 = 1e-9;

    /// A repeatable number in -1 to 1.
    fn noise(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (*seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    #[test]
    fn agrees_with_a_dense_solver() {
        for (ticks, n) in [(1, 3), (2, 5), (7, 11), (6, 35), (9, 8)] {
            let mut seed = (ticks * 100 + n) as u64;
            let mut system = BandSystem::new(ticks, n);
            let mut dense = DMatrix::<f64>::zeros(ticks * n, ticks * n);
            for t in 0..ticks {
                for k in 0..=BAND.min(t) {
                    for c in 0..n {
                        for r in 0..n {
                            let mut v = noise(&mut seed);
                            if k == 0 {
                                if r < c {
                                    continue;
                                }
                                if r == c {
                                    v += 8.0 * n as f64;
                                }
                                dense[(t * n + c, t * n + r)] = v;
                            } else {
                                dense[((t - k) * n + c, t * n + r)] = v;
                            }
                            dense[(t * n + r, (t - k) * n + c)] = v;
                            let stride = system.stride();
                            system.rows_mut()[t].blocks[k][c * stride + r] = v;
                        }
                    }
                }
            }
            let rhs: Vec<f64> = (0..ticks * n).map(|_| noise(&mut seed)).collect();
            let expected = dense.cholesky().expect("diagonally dominant").solve(&DVector::from_column_slice(&rhs));
            let mut x = rhs;
            assert!(system.solve(&mut x));
            for (a, b) in x.iter().zip(expected.iter()) {
                assert!((a - b).abs() < ROUNDING, "{ticks} x {n}: {a} {b}");
            }
        }
    }

    #[test]
    fn an_indefinite_matrix_is_refused() {
        let mut system = BandSystem::new(1, 2);
        let stride = system.stride();
        let block = &mut system.rows_mut()[0].blocks[0];
        (block[0], block[1], block[stride + 1]) = (1.0, 2.0, 1.0);
        assert!(!system.solve(&mut [1.0, 1.0]));
    }
}
