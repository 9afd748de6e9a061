//! Takes: which one is read, from when to when, at which rate.

use super::skeleton::Skeleton;
use crate::error::{Error, Result};
use kouros_motion::{Report, list_names};
use std::collections::HashSet;
use ufbx::{Anim, AnimCurve, AnimStack, Scene};

/// The most layers a take may have: each is looked at for every joint and frame. Programs make one or two.
const MOST_LAYERS: usize = 64;
/// Curves that are looked at to know the rate.
const CURVES: usize = 64;
/// Rates that keys or settings may have [Hz].
const RATES: std::ops::RangeInclusive<f64> = 1.0..=10_000.0;
/// Even keys slower than this are poses between which a program draws curves [Hz].
const SAMPLED: f64 = 15.0;

/// A take.
pub(super) struct Take<'a> {
    pub name: String,
    pub anim: &'a Anim,
    stack: &'a AnimStack,
}

/// The frames of a take.
pub(super) struct Span {
    /// When the first is [s].
    pub begin_s: f64,
    pub rate_hz: f64,
    pub frames: usize,
}

/// The take of this name, or the one with the most moving curves; of equals, the longest, then the first.
pub(super) fn choose<'a>(file: &str, scene: &'a Scene, wanted: Option<&str>, report: &mut Report) -> Result<Take<'a>> {
    let stacks: Vec<&AnimStack> = scene.anim_stacks.iter().map(AsRef::as_ref).collect();
    let names = || list_names(stacks.iter().map(|s| s.element.name.to_string()));
    let missing = |expected: String, found: String| Error::Missing { file: file.to_owned(), expected, found };
    let weight = |s: &AnimStack| (moving_curves(s), s.time_end - s.time_begin);
    let found = match wanted {
        Some(name) => stacks.iter().find(|s| &*s.element.name == name),
        None => stacks.iter().reduce(|a, b| if weight(b) > weight(a) { b } else { a }),
    };
    let Some(stack) = found else {
        return Err(match wanted {
            Some(name) if !stacks.is_empty() => missing(format!("a take '{name}'"), format!("takes {}", names())),
            _ => missing("an animation (a take)".into(), "none: a file without motion".into()),
        });
    };
    if stack.layers.len() > MOST_LAYERS {
        let (limit, found) = (MOST_LAYERS as u64, stack.layers.len() as u64);
        return Err(Error::TooMany { file: file.to_owned(), what: "layers in a take", limit, found });
    }
    if stacks.len() > 1 && wanted.is_none() {
        let (count, name) = (stacks.len(), &*stack.element.name);
        report.inferred(
            "take",
            format!("the file has {count} takes ({}); '{name}', which moves most, was read; --take chooses", names()),
        );
    }
    Ok(Take { name: stack.element.name.to_string(), anim: &stack.anim, stack })
}

/// How many curves of a take are not constant.
fn moving_curves(stack: &AnimStack) -> usize {
    let layers = stack.layers.iter().take(MOST_LAYERS);
    let curves = layers.flat_map(|l| l.anim_values.iter()).flat_map(|v| v.curves.iter().flatten());
    curves.filter(|c| c.keyframes.len() > 1 && c.min_value < c.max_value).count()
}

impl<'a> Take<'a> {
    /// The curves that move a skeleton's joints.
    fn curves(&self, skeleton: &Skeleton) -> Vec<&'a AnimCurve> {
        let elements: HashSet<u32> = skeleton.elements().collect();
        let props = self.stack.layers.iter().flat_map(|l| {
            let l: &'a ufbx::AnimLayer = l.as_ref();
            l.anim_props.iter()
        });
        let moved = props.filter(|p| elements.contains(&p.element.element_id) && p.prop_name.starts_with("Lcl "));
        let curves = moved.flat_map(|p| p.anim_value.curves.iter().flatten().map(AsRef::as_ref));
        curves.filter(|c: &&AnimCurve| !c.keyframes.is_empty()).collect()
    }

    /// From when to when it is read [s]: the take's own span as far as there are keys.
    fn bounds(&self, curves: &[&AnimCurve]) -> Bounds {
        let stated = [self.stack.time_begin, self.stack.time_end];
        let keyed = curves.iter().filter(|c| c.keyframes.len() > 1);
        let keys = keyed.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], c| [a.min(c.min_time), b.max(c.max_time)]);
        let has_keys = keys.iter().all(|k| k.is_finite()) && keys[0] < keys[1];
        let has_span = stated.iter().all(|k| k.is_finite()) && stated[0] < stated[1];
        let both = [stated[0].max(keys[0]), stated[1].min(keys[1])];
        let read = match (has_keys, has_span) {
            (true, true) if both[0] < both[1] => both,
            (true, _) => keys,
            (false, true) => [stated[0]; 2],
            (false, false) => [0.0; 2],
        };
        Bounds { read, keys: has_keys.then_some(keys) }
    }

    /// Some times, evenly spread over the skeleton's motion [s].
    pub fn glances(&self, count: usize, skeleton: &Skeleton) -> Vec<f64> {
        let [a, b] = self.bounds(&self.curves(skeleton)).read;
        if a == b {
            return vec![a];
        }
        (0..count).map(|i| a + (b - a) * i as f64 / (count - 1).max(1) as f64).collect()
    }
}

struct Bounds {
    read: [f64; 2],
    keys: Option<[f64; 2]>,
}

/// The frames of a take: at the rate of its keys where they are even, else at that of the file's settings.
pub(super) fn span(
    file: &str,
    take: &Take,
    skeleton: &Skeleton,
    setting_hz: f64,
    given_hz: Option<f64>,
    report: &mut Report,
) -> Result<Span> {
    let curves = take.curves(skeleton);
    let Bounds { read: [begin_s, end_s], keys } = take.bounds(&curves);
    if let Some([a, b]) = keys {
        // A tenth of a second: rounding of spans to frames.
        const CUT: f64 = 0.1;
        if begin_s > a + CUT || end_s < b - CUT {
            report.warn(
                "take",
                format!(
                    "take '{}' spans {begin_s:.2} to {end_s:.2} s of keys from {a:.2} to {b:.2} s; the span was read",
                    take.name
                ),
            );
        }
    }
    if keys.is_none() {
        report.warn("take", format!("no joint moves in take '{}': one pose was read", take.name));
        let rate_hz = given_hz.or(Some(setting_hz).filter(|hz| RATES.contains(hz))).unwrap_or(30.0);
        return Ok(Span { begin_s, rate_hz, frames: 1 });
    }
    let setting = Some(setting_hz).filter(|hz| RATES.contains(hz));
    let keyed = key_rate(&curves).filter(|hz| RATES.contains(hz));
    let rate_hz = match (given_hz, keyed, setting) {
        (Some(given), _, _) => given,
        (None, Some(keyed), setting) if keyed >= SAMPLED || setting.is_none_or(|s| keyed > s) => {
            const SAME: f64 = 1e-3;
            if setting.is_some_and(|s| (keyed / s - 1.0).abs() > SAME) {
                report.inferred(
                    "rate",
                    format!("keys stand at {keyed} Hz, the file's setting is {setting_hz} Hz; sampled at the keys', --source-rate overrides"),
                );
            }
            keyed
        }
        (None, _, Some(setting)) => {
            report.inferred(
                "rate",
                format!("the keys are uneven or sparse; the curves were sampled at the file's setting, {setting} Hz; --source-rate overrides"),
            );
            setting
        }
        (None, _, None) => {
            return Err(Error::Missing {
                file: file.to_owned(),
                expected: "a frame rate in the settings or in even keys, or --source-rate".into(),
                found: format!("{setting_hz} Hz"),
            });
        }
    };
    // A thousandth of a frame: times are whole ticks of 1/46186158000 s, rates may be 29.97 Hz.
    let frames = ((end_s - begin_s) * rate_hz + 1e-3).floor().max(0.0) as usize;
    Ok(Span { begin_s, rate_hz, frames: frames.saturating_add(1) })
}

/// The rate of the keys where nearly all stand evenly: of the curve with the most of them.
fn key_rate(curves: &[&AnimCurve]) -> Option<f64> {
    const FEWEST: usize = 3;
    const EVEN: f64 = 0.9; // share of the steps that are alike
    const ALIKE: f64 = 0.01; // of a step
    const WHOLE: f64 = 1e-4; // of a rate: what rounding to ticks leaves of 30 or 120
    let mut fullest: Vec<&&AnimCurve> = curves.iter().collect();
    fullest.sort_by_key(|c| std::cmp::Reverse(c.keyframes.len()));
    fullest.truncate(CURVES);
    for curve in fullest {
        if curve.keyframes.len() < FEWEST {
            return None;
        }
        let mut steps: Vec<f64> = curve.keyframes.windows(2).map(|w| w[1].time - w[0].time).collect();
        steps.sort_by(f64::total_cmp);
        let step = steps[steps.len() / 2];
        let alike = steps.iter().filter(|s| (**s / step - 1.0).abs() < ALIKE).count();
        if step > 0.0 && alike as f64 >= EVEN * steps.len() as f64 {
            // The mean of the like ones is finer than any of them.
            let mean = steps.iter().filter(|s| (**s / step - 1.0).abs() < ALIKE).sum::<f64>() / alike as f64;
            let (rate, whole) = (1.0 / mean, (1.0 / mean).round());
            return Some(if (rate / whole - 1.0).abs() < WHOLE { whole } else { rate });
        }
    }
    None
}
