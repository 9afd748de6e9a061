//! Products of matrices of single-precision numbers.
//!
//! Lives here: the choice between the general product (nalgebra's, on matrixmultiply's kernels) and
//! a plain loop for matrices too small for it. Does not: layers (`mlp.rs`).

use nalgebra::{DMatrixViewMut, Dyn, MatrixView};

/// A matrix in a list of numbers: element (r, c) at `r * row_step + c * column_step`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// A matrix stored column by column.
    pub fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert!(values.len() >= rows * columns, "a {rows} x {columns} matrix of {} numbers", values.len());
        Self { values, rows, columns, row_step: 1, column_step: rows }
    }

    /// Its transpose, without moving a number.
    pub fn transposed(self) -> Self {
        let Self { values, rows, columns, row_step, column_step } = self;
        Self { values, rows: columns, columns: rows, row_step: column_step, column_step: row_step }
    }

    fn at(&self, r: usize, c: usize) -> f32 {
        self.values[r * self.row_step + c * self.column_step]
    }

    fn view(&self) -> MatrixView<'a, f32, Dyn, Dyn, Dyn, Dyn> {
        let Self { values, rows, columns, row_step, column_step } = *self;
        MatrixView::from_slice_with_strides_generic(values, Dyn(rows), Dyn(columns), Dyn(row_step), Dyn(column_step))
    }
}

/// Below this any size, blocking costs more than it saves (nalgebra draws the same line).
const SMALL: usize = 6;

/// Adds `a b` to `out`, which is stored column by column.
///
/// # Panics
/// The sizes do not fit.
pub(crate) fn add_product(out: &mut [f32], a: Matrix<'_>, b: Matrix<'_>) {
    assert_eq!(a.columns, b.rows, "a product of {} columns with {} rows", a.columns, b.rows);
    if a.rows >= SMALL && a.columns >= SMALL && b.columns >= SMALL {
        DMatrixViewMut::from_slice(out, a.rows, b.columns).gemm(1.0, &a.view(), &b.view(), 1.0);
        return;
    }
    for c in 0..b.columns {
        for r in 0..a.rows {
            out[c * a.rows + r] += (0..a.columns).map(|k| a.at(r, k) * b.at(k, c)).sum::<f32>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        for (m, k, n) in [(7, 9, 8), (1, 9, 8), (7, 2, 8), (7, 9, 1)] {
            let a: Vec<f32> = (0..m * k).map(|i| (i % 11) as f32 - 5.0).collect();
            let b: Vec<f32> = (0..k * n).map(|i| (i % 7) as f32 - 3.0).collect();
            let mut out = vec![1.0; m * n];
            add_product(&mut out, Matrix::new(&a, k, m).transposed(), Matrix::new(&b, n, k).transposed());
            for r in 0..m {
                for c in 0..n {
                    let want = 1.0 + (0..k).map(|i| a[r * k + i] * b[i * n + c]).sum::<f32>();
                    assert_eq!(out[c * m + r], want); // small whole numbers: exact in any order
                }
            }
        }
    }
}
