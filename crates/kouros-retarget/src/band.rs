//! Solving with a symmetric, positive definite, block-banded matrix: Cholesky factorisation tick
//! by tick.
//!
//! Lives here: the order of the blocks. Does not: what is done with one (`block.rs`), what the
//! numbers mean (`solve.rs`).
//!
//! The matrix couples each tick with the one before it by a dense block of `n` rows, and with the
//! two before that by diagonals: only third differences reach so far. Block row t of the factor L
//! is (Golub & Van Loan, Matrix Computations, 4.3.5 by blocks), with W[t] the inverse of L[t,t],
//!   L[t,t-k] = (H[t,t-k] - sum_m L[t,t-m] L[t-k,t-m]^T) W[t-k]^T,   k < m <= BAND
//!   L[t,t]   = chol(H[t,t] - sum_k L[t,t-k] L[t,t-k]^T),
//! so the block furthest left is a triangle: a diagonal times W[t-3]^T. Rows are factored as they
//! come, while they are in the nearest cache. Every sum runs in one fixed order and products are
//! not fused, so the result is the same to the bit whatever vectors the processor has.

use crate::block::{Block, Part, Product, add_columns, dot, factor, invert, multiply, subtract};
use pulp::Simd;

/// How many earlier ticks a tick is coupled with: third differences span four ticks.
pub const BAND: usize = 3;

/// One block row of the matrix.
#[derive(Debug)]
pub struct BlockRow {
    /// The block on the diagonal (its lower triangle counts), and the one left of it.
    pub blocks: [Block; 2],
    /// Diagonals of the blocks two and three to the left (n each).
    pub far: [Vec<f64>; 2],
}

impl BlockRow {
    /// A block row of `n` unknowns, all zero.
    pub fn new(n: usize) -> Self {
        Self { blocks: [Block::new(n), Block::new(n)], far: [vec![0.0; n], vec![0.0; n]] }
    }

    /// Sets everything to zero.
    pub fn clear(&mut self) {
        self.blocks.iter_mut().for_each(|b| b.fill(0.0));
        self.far.iter_mut().for_each(|d| d.fill(0.0));
    }
}

/// One block row of the factor.
struct FactorRow {
    /// L one and two blocks left of the diagonal.
    left: [Block; 2],
    /// The inverse W of the diagonal block, and its transpose.
    inverse: Block,
    transposed: Block,
    /// H's diagonal three blocks left: L is this times the transposed inverse there.
    far: Vec<f64>,
}

/// The factor of the rows pushed so far, and the right-hand side half solved.
pub struct BandSystem {
    arch: pulp::Arch,
    n: usize,
    stride: usize,
    ticks: usize,
    rows: Vec<FactorRow>,
    /// By whole vectors: W (rhs - L x), then the solution.
    x: Vec<f64>,
    /// The block in work, the one furthest left, and the one on the diagonal.
    work: Block,
    far: Block,
    diagonal: Block,
}

impl BandSystem {
    /// A system of blocks of `n` unknowns, no rows yet.
    pub fn new(n: usize) -> Self {
        let (work, far, diagonal) = (Block::new(n), Block::new(n), Block::new(n));
        Self { arch: pulp::Arch::new(), n, stride: work.stride(), ticks: 0, rows: Vec::new(), x: Vec::new(), work, far, diagonal }
    }

    /// Numbers from one column of a block to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Forgets all rows. Memory once taken is kept: a megabyte from the operating system costs as
    /// much as solving a tick.
    pub fn clear(&mut self) {
        self.ticks = 0;
    }

    /// Adds the next block row and its right-hand side (n). `false` where the matrix so far is not
    /// positive definite; then only [`Self::clear`] helps.
    pub fn push(&mut self, row: &BlockRow, rhs: &[f64]) -> bool {
        let n = self.n;
        if self.rows.len() == self.ticks {
            let (left, inverse, transposed) = ([Block::new(n), Block::new(n)], Block::new(n), Block::new(n));
            self.rows.push(FactorRow { left, inverse, transposed, far: vec![0.0; n] });
            self.x.resize((self.ticks + 1) * self.stride, 0.0);
        }
        self.diagonal[..n * self.stride].copy_from_slice(&row.blocks[0][..n * self.stride]);
        self.work[..self.stride].fill(0.0);
        self.work[..n].copy_from_slice(rhs);
        self.x[self.ticks * self.stride..][..self.stride].copy_from_slice(&self.work[..self.stride]);
        let done = self.arch.dispatch(Push { system: self, row });
        self.ticks += 1;
        done
    }

    /// Writes the solution of all rows into `out` (ticks x n).
    pub fn solve(&mut self, out: &mut [f64]) {
        self.arch.dispatch(Back { system: self });
        for (out, x) in out.chunks_exact_mut(self.n).zip(self.x.chunks_exact(self.stride)) {
            out.copy_from_slice(&x[..self.n]);
        }
    }
}

/// Factors one row and substitutes forwards; compiled for each kind of vectors, run with the widest.
struct Push<'a> {
    system: &'a mut BandSystem,
    row: &'a BlockRow,
}

impl pulp::WithSimd for Push<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let BandSystem { n, stride, ticks: t, rows, x, work, far, diagonal, .. } = self.system;
        let (n, stride, t) = (*n, *stride, *t);
        let (before, current) = rows.split_at_mut(t);
        let FactorRow { left: [one, two], inverse, transposed, far: scale } = &mut current[0];
        let full = |a, b| Product { a, b, upper: false };
        scale.copy_from_slice(&self.row.far[1]);
        if t >= 3 {
            furthest(far, &before[t - 3].transposed, scale);
        }
        if t >= 2 {
            work.fill(0.0);
            for (i, d) in self.row.far[0].iter().enumerate() {
                work[i * stride + i] = *d;
            }
            if t >= 3 {
                subtract(simd, work, &[Product { a: far, b: &before[t - 2].left[0], upper: true }], n, Part::All);
            }
            multiply(simd, two, work, &before[t - 2].inverse, n);
        }
        if t >= 1 {
            work[..n * stride].copy_from_slice(&self.row.blocks[1][..n * stride]);
            let above = &before[t - 1];
            if t >= 3 {
                let both = [full(&*two, &above.left[0]), Product { a: far, b: &above.left[1], upper: true }];
                subtract(simd, work, &both, n, Part::All);
            } else if t >= 2 {
                subtract(simd, work, &[full(&*two, &above.left[0])], n, Part::All);
            }
            multiply(simd, one, work, &above.inverse, n);
        }
        let squares = [full(&*one, &*one), full(&*two, &*two), Product { a: far, b: far, upper: true }];
        subtract(simd, diagonal, &squares[..t.min(BAND)], n, Part::Lower);
        if !factor(simd, diagonal, n) {
            return false;
        }
        invert(simd, diagonal, transposed, n);
        for (c, column) in transposed.chunks_exact(stride).enumerate().take(n) {
            for (i, v) in column[..c + 1].iter().enumerate() {
                inverse[i * stride + c] = *v;
            }
        }

        let (done, now) = x.split_at_mut(t * stride);
        let now = &mut now[..stride];
        for (k, block) in [&*one, &*two, &*far].into_iter().enumerate().take(t) {
            add_columns(now, block, &done[(t - 1 - k) * stride..][..n], -1.0);
        }
        // A column that is no block's yet: where the row in work was.
        let rest = &mut work[..stride];
        rest.copy_from_slice(now);
        now.fill(0.0);
        add_columns(now, inverse, &rest[..n], 1.0);
        true
    }
}

/// A <- diag(scale) U, the block of L furthest left.
#[inline(always)]
fn furthest(a: &mut Block, u: &Block, scale: &[f64]) {
    let stride = a.stride();
    for (a, u) in a.chunks_exact_mut(stride).zip(u.chunks_exact(stride)).take(scale.len()) {
        for (a, (u, scale)) in a.iter_mut().zip(u.iter().zip(scale)) {
            *a = u * scale;
        }
    }
}

/// Substitutes backwards.
struct Back<'a> {
    system: &'a mut BandSystem,
}

impl pulp::WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let BandSystem { n, stride, ticks, rows, x, work, .. } = self.system;
        let (n, stride, ticks) = (*n, *stride, *ticks);
        let (rest, scaled) = work.split_at_mut(stride);
        let scaled = &mut scaled[..stride.min(n.next_multiple_of(8))];
        for t in (0..ticks).rev() {
            let (now, later) = x[t * stride..ticks * stride].split_at_mut(stride);
            rest.copy_from_slice(now);
            // x = W^T (y - sum_k L[t+k,t]^T x[t+k]), the last of them W (far x[t+3]).
            let y = |k: usize| later.get((k - 1) * stride..k * stride);
            for c in 0..n {
                for k in 1..BAND {
                    let Some(y) = y(k) else { break };
                    rest[c] -= dot(&rows[t + k].left[k - 1][c * stride..(c + 1) * stride], y);
                }
            }
            if let Some(y) = y(BAND) {
                for ((scaled, y), far) in scaled.iter_mut().zip(y).zip(&rows[t + BAND].far) {
                    *scaled = y * far;
                }
                add_columns(rest, &rows[t].inverse, &scaled[..n], -1.0);
            }
            now.fill(0.0);
            add_columns(now, &rows[t].transposed, &rest[..n], 1.0);
        }
    }
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
            let mut rows: Vec<BlockRow> = (0..ticks).map(|_| BlockRow::new(n)).collect();
            let stride = rows[0].blocks[0].stride();
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
                            } else if k == 1 || r == c {
                                dense[((t - k) * n + c, t * n + r)] = v;
                            } else {
                                continue;
                            }
                            dense[(t * n + r, (t - k) * n + c)] = v;
                            match k {
                                0 | 1 => rows[t].blocks[k][c * stride + r] = v,
                                _ => rows[t].far[k - 2][r] = v,
                            }
                        }
                    }
                }
            }
            let rhs: Vec<f64> = (0..ticks * n).map(|_| noise(&mut seed)).collect();
            let expected = dense.cholesky().expect("diagonally dominant").solve(&DVector::from_column_slice(&rhs));
            let mut system = BandSystem::new(n);
            let mut x = rhs.clone();
            // The second time in memory that holds the first one's numbers.
            for _ in 0..2 {
                system.clear();
                for (row, rhs) in rows.iter().zip(rhs.chunks_exact(n)) {
                    assert!(system.push(row, rhs));
                }
                system.solve(&mut x);
            }
            for (a, b) in x.iter().zip(expected.iter()) {
                assert!((a - b).abs() < ROUNDING, "{ticks} x {n}: {a} {b}");
            }
        }
    }

    #[test]
    fn every_kind_of_vectors_gives_the_same_bits() {
        let (ticks, n) = (9, 35);
        let mut seed = 5;
        let rows: Vec<(BlockRow, Vec<f64>)> = (0..ticks)
            .map(|_| {
                let mut row = BlockRow::new(n);
                let stride = row.blocks[0].stride();
                for c in 0..n {
                    for r in 0..n {
                        row.blocks[0][c * stride + r] = noise(&mut seed) + if r == c { 200.0 } else { 0.0 };
                        row.blocks[1][c * stride + r] = noise(&mut seed);
                    }
                    (row.far[0][c], row.far[1][c]) = (noise(&mut seed), noise(&mut seed));
                }
                (row, (0..n).map(|_| noise(&mut seed)).collect())
            })
            .collect();
        let solution = |arch: pulp::Arch| {
            let mut system = BandSystem { arch, ..BandSystem::new(n) };
            assert!(rows.iter().all(|(row, rhs)| system.push(row, rhs)));
            let mut x = vec![0.0; ticks * n];
            system.solve(&mut x);
            x.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(solution(pulp::Arch::Scalar), solution(pulp::Arch::new()));
    }

    #[test]
    fn an_indefinite_matrix_is_refused() {
        let mut row = BlockRow::new(2);
        let stride = row.blocks[0].stride();
        let block = &mut row.blocks[0];
        (block[0], block[1], block[stride + 1]) = (1.0, 2.0, 1.0);
        assert!(!BandSystem::new(2).push(&row, &[1.0, 1.0]));
    }
}
