//! The columns that count: frame, index, time and task.

use crate::robust::median_slope;
use crate::{Code, Finding, View};

/// A clock that differs by more than this runs at another rate [1].
const DRIFT: f64 = 3e-3;
/// The largest error of a time [s]; a tenth of a period where that is less.
const TIME: f64 = 5e-4;

/// `timestamp`, `frame_index`, `index`, `task_index`. `first` is the number of the episode's first
/// frame in the dataset, where the list says; `tasks` how many tasks there are.
pub(crate) fn check(view: &View<'_>, first: Option<usize>, tasks: &[Option<String>]) -> Vec<Finding> {
    let mut out = Vec::new();
    let column = |name: &str| view.frames.columns.iter().find(|c| view.features[c.feature].name == name && c.width == 1);
    let mut counts = |name: &str, from: usize| {
        let Some(values) = column(name) else { return };
        let wrong = |t: &usize| values.values[*t] != (from + t) as f64;
        if let Some(t) = (0..view.ticks).find(wrong) {
            let many = (0..view.ticks).filter(wrong).count();
            let says = format!("'{name}' is {} at frame {t}, where {} is due; {many} are wrong", values.values[t], from + t);
            let last = (0..view.ticks).rev().find(wrong).unwrap_or(t);
            out.push(Finding::new(Code::Index, name, says).at(t..last + 1).measured(values.values[t], (from + t) as f64, ""));
        }
    };
    counts("frame_index", 0);
    if let Some(first) = first {
        counts("index", first);
    }
    if let Some(times) = column("timestamp") {
        out.extend(time(&times.values, view.rate_hz));
    }
    if let Some(numbers) = column("task_index") {
        let known = |v: f64| v >= 0.0 && v.fract() == 0.0 && tasks.get(v as usize).is_some_and(Option::is_some);
        if let Some(t) = numbers.values.iter().position(|v| !known(*v)) {
            let says = format!("task_index {} at frame {t} names none of the {} tasks", numbers.values[t], tasks.len());
            out.push(Finding::new(Code::Tasks, "task_index", says).at(t..t + 1).measured(
                numbers.values[t],
                tasks.len() as f64,
                "",
            ));
        }
    }
    out
}

/// Times that are not where frames are.
pub(crate) fn time(times: &[f64], rate_hz: f64) -> Option<Finding> {
    let finding = |code, says: String| Finding::new(code, "timestamp", says);
    if let Some(t) = (1..times.len()).find(|&t| times[t] <= times[t - 1]) {
        let says = format!("time goes from {:.4} s to {:.4} s at frame {t}", times[t - 1], times[t]);
        return Some(finding(Code::Timestamp, says).at(t..t + 1).measured(times[t] - times[t - 1], 0.0, "s"));
    }
    let error = |t: usize| times[t] - t as f64 / rate_hz;
    // Points enough for a slope, over the whole episode.
    let step = times.len().div_ceil(60).max(1);
    let points: Vec<_> = (0..times.len()).step_by(step).map(|t| (t as f64 / rate_hz, error(t))).collect();
    let drift = median_slope(&points).unwrap_or(0.0);
    let seconds = times.len() as f64 / rate_hz;
    if drift.abs() > DRIFT && (drift * seconds).abs() > 1.0 / rate_hz {
        let says = format!(
            "time runs {:.2} % {} than {rate_hz} frames a second say",
            100.0 * drift.abs(),
            if drift > 0.0 { "faster" } else { "slower" }
        );
        return Some(finding(Code::ClockDrift, says).at(0..times.len()).measured(100.0 * drift, 100.0 * DRIFT, "%"));
    }
    // Times in single precision: one unit in the last place is 1.2e-7 of them.
    let most = |t: usize| TIME.min(0.1 / rate_hz) + 1.2e-7 * times[t].abs();
    let worst =
        (0..times.len()).filter(|&t| error(t).abs() > most(t)).max_by(|&a, &b| error(a).abs().total_cmp(&error(b).abs()))?;
    let says = format!("frame {worst} says {:.4} s, where frame / fps is {:.4} s", times[worst], worst as f64 / rate_hz);
    Some(finding(Code::Timestamp, says).at(worst..worst + 1).measured(error(worst), most(worst), "s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_by_hand() {
        let code = |times: Vec<f64>| time(&times, 50.0).map(|f| f.code);
        let at = |t: i32| f64::from(t) / 50.0;
        assert_eq!(code((0..500).map(at).collect()), None);
        assert_eq!(code((0..500).map(|t| at(t) * 1.01).collect()), Some(Code::ClockDrift));
        assert_eq!(code((0..500).map(|t| at(t) + if t == 77 { 0.003 } else { 0.0 }).collect()), Some(Code::Timestamp));
        assert_eq!(code((0..500).map(|t| if t == 77 { at(70) } else { at(t) }).collect()), Some(Code::Timestamp));
        assert_eq!(code((0..50_000).map(|t| f64::from(at(t) as f32)).collect()), None);
    }
}
