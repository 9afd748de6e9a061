//! Generalised advantage estimation (Schulman et al. 2016), with ends of episodes told apart.

/// What happened after a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum After {
    /// The episode went on.
    #[default]
    Goes,
    /// It was terminated: nothing comes after.
    Terminated,
    /// It was truncated in a state of this value: what would have come after is worth that.
    Truncated(f32),
}

/// Advantages of a run of steps: `delta_t = r_t + gamma V_{t+1} - V_t`,
/// `A_t = delta_t + gamma lambda A_{t+1}`; no `V_{t+1}` after a termination, and no `A_{t+1}` after
/// either end. `last_value` is the value of the state after the last step.
pub fn advantages(rewards: &[f32], values: &[f32], after: &[After], last_value: f32, gamma: f32, lambda: f32, out: &mut [f32]) {
    let (mut next_value, mut next) = (last_value, 0.0);
    for t in (0..rewards.len()).rev() {
        let (value_after, carried) = match after[t] {
            After::Goes => (next_value, next),
            After::Terminated => (0.0, 0.0),
            After::Truncated(value) => (value, 0.0),
        };
        next = rewards[t] + gamma * value_after - values[t] + gamma * lambda * carried;
        out[t] = next;
        next_value = values[t];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(after: [After; 3]) -> [f32; 3] {
        let mut out = [0.0; 3];
        advantages(&[1.0, 2.0, 3.0], &[0.5, 1.0, 1.5], &after, 2.0, 0.9, 0.5, &mut out);
        out
    }

    fn near(found: [f32; 3], want: [f32; 3]) {
        assert!(found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?} {want:?}");
    }

    #[test]
    fn by_hand() {
        use After::{Goes, Terminated, Truncated};
        // delta_2 = 3 + 1.8 - 1.5 = 3.3; delta_1 = 2 + 1.35 - 1 = 2.35; delta_0 = 1 + 0.9 - 0.5 = 1.4.
        // A_1 = 2.35 + 0.45 * 3.3 = 3.835; A_0 = 1.4 + 0.45 * 3.835 = 3.12575.
        near(of([Goes; 3]), [3.12575, 3.835, 3.3]);
        // A fall after step 1: delta_1 = 2 - 1 = 1; A_0 = 1.4 + 0.45.
        near(of([Goes, Terminated, Goes]), [1.85, 1.0, 3.3]);
        // Time up after step 1 in a state worth 4: delta_1 = 2 + 3.6 - 1 = 4.6; A_0 = 1.4 + 2.07.
        near(of([Goes, Truncated(4.0), Goes]), [3.47, 4.6, 3.3]);
        // A fall at the end: the last value does not count.
        near(of([Goes, Goes, Terminated]), [1.4 + 0.45 * (2.35 + 0.45 * 1.5), 2.35 + 0.45 * 1.5, 1.5]);
    }
}
