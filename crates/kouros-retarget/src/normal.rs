//! The normal equations of one tick: residual rows are added, weighted squares come out.
//!
//! Lives here: turning rows into H and g. Does not: which rows there are (`terms/`).

use crate::band::BlockRow;

/// Where the rows of one tick go: its diagonal block, its coupling with the tick before, and the
/// diagonal block and right-hand side of that one.
pub(crate) struct Normal<'a> {
    pub stride: usize,
    pub row: &'a mut BlockRow,
    pub rhs: &'a mut [f64],
    /// The sum of weighted squares of all residuals added.
    pub cost: f64,
    /// The tick before; `None` at the first free tick.
    pub before: Option<(&'a mut BlockRow, &'a mut [f64])>,
    /// Rows as they were added, for the tests that compare them with finite differences.
    #[cfg(test)]
    pub record: Vec<Row>,
}

/// One residual and its derivatives by unknowns of this tick and of the one before.
#[cfg(test)]
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub residual: f64,
    pub now: Vec<(usize, f64)>,
    pub then: Vec<(usize, f64)>,
}

impl Normal<'_> {
    /// Adds R rows with residuals `r`, their derivatives `j` by the unknowns `columns` of this tick
    /// (ascending), and the squared weight `w2`.
    pub fn add<const R: usize>(&mut self, columns: &[usize], j: &[[f64; R]], r: &[f64; R], w2: f64) {
        #[cfg(test)]
        self.note(columns, j, &[], r);
        self.cost += w2 * dot(r, r);
        add_square(&mut self.row.blocks[0], self.rhs, self.stride, columns, j, r, w2);
    }

    #[cfg(test)]
    fn note<const R: usize>(&mut self, columns: &[usize], now: &[[f64; R]], then: &[[f64; R]], r: &[f64; R]) {
        for (i, residual) in r.iter().enumerate() {
            let pick = |j: &[[f64; R]]| columns.iter().zip(j).map(|(c, j)| (*c, j[i])).collect();
            self.record.push(Row { residual: *residual, now: pick(now), then: pick(then) });
        }
    }

    /// Adds one row that depends on one unknown alone.
    pub fn add_one(&mut self, column: usize, r: f64, w2: f64) {
        #[cfg(test)]
        self.note(&[column], &[[1.0]], &[], &[r]);
        self.cost += w2 * r * r;
        self.row.blocks[0][column * self.stride + column] += w2;
        self.rhs[column] -= w2 * r;
    }

    /// Adds R rows that depend on this tick by `now` and on the tick before by `then`, over the
    /// same unknowns.
    pub fn add_step<const R: usize>(&mut self, columns: &[usize], now: &[[f64; R]], then: &[[f64; R]], r: &[f64; R], w2: f64) {
        #[cfg(test)]
        self.note(columns, now, then, r);
        self.cost += w2 * dot(r, r);
        add_square(&mut self.row.blocks[0], self.rhs, self.stride, columns, now, r, w2);
        let Some((row, rhs)) = &mut self.before else { return };
        add_square(&mut row.blocks[0], rhs, self.stride, columns, then, r, w2);
        let block = &mut self.row.blocks[1];
        for (&c, jc) in columns.iter().zip(then) {
            let column = &mut block[c * self.stride..(c + 1) * self.stride];
            for (&k, jk) in columns.iter().zip(now) {
                column[k] += w2 * dot(jc, jk);
            }
        }
    }
}

#[inline(always)]
fn add_square<const R: usize>(
    block: &mut [f64],
    rhs: &mut [f64],
    stride: usize,
    columns: &[usize],
    j: &[[f64; R]],
    r: &[f64; R],
    w2: f64,
) {
    for (i, (&c, jc)) in columns.iter().zip(j).enumerate() {
        let column = &mut block[c * stride..(c + 1) * stride];
        for (&k, jk) in columns[i..].iter().zip(&j[i..]) {
            column[k] += w2 * dot(jc, jk);
        }
        rhs[c] -= w2 * dot(jc, r);
    }
}

#[inline(always)]
fn dot<const R: usize>(a: &[f64; R], b: &[f64; R]) -> f64 {
    let mut sum = 0.0;
    for i in 0..R {
        sum += a[i] * b[i];
    }
    sum
}
