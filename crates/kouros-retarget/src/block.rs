//! Square blocks of numbers and what is done with them: the arithmetic of `band.rs`.
//!
//! Lives here: products, triangles, and the memory they like. Does not: which blocks meet
//! (`band.rs`).
//!
//! A block is stored by columns of `stride` numbers, `n` rounded up to whole vectors; the padding
//! of its rows is zero. Sums run in the order of their index, products are not fused.

use pulp::Simd;
use std::ops::{Deref, DerefMut};

/// Rows of a vector of eight numbers, the widest there are.
pub const LANES: usize = 8;
/// Columns handled together.
const COLUMNS: usize = 4;
/// Vectors of rows handled together.
const VECTORS: usize = 3;
/// Where a vector should begin in memory [bytes].
const ALIGNED: usize = 64;

/// A square block of `n` rows.
#[derive(Debug)]
pub struct Block {
    /// The numbers and a few before them, so that they begin where vectors like to.
    numbers: Vec<f64>,
    first: usize,
    stride: usize,
}

impl Block {
    /// All zero.
    pub fn new(n: usize) -> Self {
        let stride = n.next_multiple_of(LANES);
        let numbers = vec![0.0; stride * stride + LANES];
        let first = numbers.as_ptr().align_offset(ALIGNED).min(LANES);
        Self { numbers, first, stride }
    }

    /// Numbers from one column to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }
}

impl Deref for Block {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.numbers[self.first..][..self.stride * self.stride]
    }
}

impl DerefMut for Block {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.numbers[self.first..][..self.stride * self.stride]
    }
}

/// A product A B^T.
#[derive(Clone, Copy)]
pub struct Product<'a> {
    pub a: &'a Block,
    pub b: &'a Block,
    /// Whether A is zero below its diagonal.
    pub upper: bool,
}

/// Which part of a result is wanted.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    All,
    /// On and below the diagonal.
    Lower,
}

/// Adds to `sum` a tile of V vectors of rows from vector `i` and four columns from `j` of
/// A B^T over the inner indices `inner`; `vectors` are those of a column.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "two blocks and a range in each direction")]
fn tile<S: Simd, const V: usize>(
    simd: S,
    sum: &mut [[S::f64s; V]; COLUMNS],
    a: &[S::f64s],
    vectors: usize,
    i: usize,
    b: &[f64],
    stride: usize,
    j: usize,
    inner: std::ops::Range<usize>,
) {
    let a = a[inner.start * vectors..inner.end * vectors].chunks_exact(vectors);
    let b = b[inner.start * stride..inner.end * stride].chunks_exact(stride);
    for (a, b) in a.zip(b) {
        let (Some(x), Some(y)) = (a[i..].first_chunk::<V>(), b[j..].first_chunk::<COLUMNS>()) else { continue };
        for c in 0..COLUMNS {
            let y = simd.splat_f64s(y[c]);
            for v in 0..V {
                sum[c][v] = simd.add_f64s(sum[c][v], simd.mul_f64s(x[v], y));
            }
        }
    }
}

/// Runs `$tile` with the number of vectors at hand, `VECTORS` or what remains.
macro_rules! by_vectors {
    ($vectors:expr, $i:ident, $width:ident, $body:block) => {
        let mut $i = 0;
        while $i < $vectors {
            match ($vectors - $i).min(VECTORS) {
                1 => {
                    const $width: usize = 1;
                    $body
                    $i += 1;
                }
                2 => {
                    const $width: usize = 2;
                    $body
                    $i += 2;
                }
                _ => {
                    const $width: usize = VECTORS;
                    $body
                    $i += VECTORS;
                }
            }
        }
    };
}

/// C <- C less all products.
#[inline(always)]
pub fn subtract<S: Simd>(simd: S, c: &mut Block, products: &[Product<'_>], n: usize, part: Part) {
    let (stride, lanes) = (c.stride, S::F64_LANES);
    let vectors = stride / lanes;
    let (c, _) = S::as_mut_simd_f64s(c);
    by_vectors!(vectors, i, V, {
        for j in (0..n).step_by(COLUMNS) {
            if part == Part::Lower && (i + V) * lanes <= j {
                break;
            }
            let mut sum = [[simd.splat_f64s(0.0); V]; COLUMNS];
            for p in products {
                let from = if p.upper { (i * lanes).min(n) } else { 0 };
                tile(simd, &mut sum, S::as_simd_f64s(p.a).0, vectors, i, p.b, stride, j, from..n);
            }
            for (column, sum) in c.chunks_exact_mut(vectors).skip(j).zip(&sum) {
                for (value, sum) in column[i..].iter_mut().zip(sum) {
                    *value = simd.sub_f64s(*value, *sum);
                }
            }
        }
    });
}

/// C <- A B^T with B zero above its diagonal.
#[inline(always)]
pub fn multiply<S: Simd>(simd: S, c: &mut Block, a: &Block, b: &Block, n: usize) {
    let stride = c.stride;
    let vectors = stride / S::F64_LANES;
    let (c, _) = S::as_mut_simd_f64s(c);
    let (a, _) = S::as_simd_f64s(a);
    by_vectors!(vectors, i, V, {
        for j in (0..n).step_by(COLUMNS) {
            let mut sum = [[simd.splat_f64s(0.0); V]; COLUMNS];
            tile(simd, &mut sum, a, vectors, i, b, stride, j, 0..(j + COLUMNS).min(n));
            for (column, sum) in c.chunks_exact_mut(vectors).skip(j).zip(&sum) {
                for (value, sum) in column[i..].iter_mut().zip(sum) {
                    *value = *sum;
                }
            }
        }
    });
}

/// D <- its Cholesky factor, lower triangle. `false` where D is not positive definite.
#[inline(always)]
pub fn factor<S: Simd>(simd: S, d: &mut Block, n: usize) -> bool {
    let (stride, lanes) = (d.stride, S::F64_LANES);
    let vectors = stride / lanes;
    for j in (0..n).step_by(COLUMNS) {
        let (left, right) = d.split_at_mut(j * stride);
        let (from, _) = S::as_simd_f64s(left);
        let (to, _) = S::as_mut_simd_f64s(right);
        by_vectors!(vectors, i, V, {
            if (i + V) * lanes > j {
                let mut sum = [[simd.splat_f64s(0.0); V]; COLUMNS];
                tile(simd, &mut sum, from, vectors, i, left, stride, j, 0..j);
                for (column, sum) in to.chunks_exact_mut(vectors).zip(&sum) {
                    for (value, sum) in column[i..].iter_mut().zip(sum) {
                        *value = simd.sub_f64s(*value, *sum);
                    }
                }
            }
        });
        for c in 0..COLUMNS.min(n - j) {
            let (done, rest) = right.split_at_mut(c * stride);
            let column = &mut rest[j + c..n];
            for earlier in done.chunks_exact(stride) {
                let factor = earlier[j + c];
                for (value, x) in column.iter_mut().zip(&earlier[j + c..n]) {
                    *value -= x * factor;
                }
            }
            let pivot = column[0];
            if pivot.is_nan() || pivot <= 0.0 {
                return false;
            }
            let inverse = 1.0 / pivot.sqrt();
            for value in column {
                *value *= inverse;
            }
        }
    }
    true
}

/// U <- (L^-1)^T of a lower triangle L: the upper triangle that makes U L^T the identity.
#[inline(always)]
pub fn invert<S: Simd>(simd: S, l: &Block, u: &mut Block, n: usize) {
    let (stride, lanes) = (l.stride, S::F64_LANES);
    let vectors = stride / lanes;
    for j in (0..n).step_by(COLUMNS) {
        let (left, right) = u.split_at_mut(j * stride);
        let (from, _) = S::as_simd_f64s(left);
        let (to, _) = S::as_mut_simd_f64s(right);
        let zero = simd.splat_f64s(0.0);
        by_vectors!(vectors, i, V, {
            let mut sum = [[zero; V]; COLUMNS];
            if i * lanes < j {
                tile(simd, &mut sum, from, vectors, i, l, stride, j, i * lanes..j);
            }
            for (column, sum) in to.chunks_exact_mut(vectors).zip(&sum) {
                for (value, sum) in column[i..].iter_mut().zip(sum) {
                    *value = simd.sub_f64s(zero, *sum);
                }
            }
        });
        for c in 0..COLUMNS.min(n - j) {
            let (done, rest) = right.split_at_mut(c * stride);
            let column = &mut rest[..j + c + 1];
            column[j + c] += 1.0;
            for (k, earlier) in done.chunks_exact(stride).enumerate() {
                let factor = l[(j + k) * stride + j + c];
                for (value, x) in column.iter_mut().zip(&earlier[..j + c + 1]) {
                    *value -= x * factor;
                }
            }
            let inverse = 1.0 / l[(j + c) * stride + j + c];
            for value in column {
                *value *= inverse;
            }
        }
    }
}

/// out <- out + sign A x, over whole vectors of rows.
#[inline(always)]
pub fn add_columns(out: &mut [f64], a: &Block, x: &[f64], sign: f64) {
    for (column, x) in a.chunks_exact(a.stride).zip(x) {
        let x = sign * x;
        for (out, a) in out.iter_mut().zip(column) {
            *out += a * x;
        }
    }
}

/// The sum of products of whole vectors, in a fixed order of eight partial sums.
#[inline(always)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (x, y) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for l in 0..LANES {
            sums[l] += x[l] * y[l];
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
