//! Every joint against its limits: position, speed, torque.

use crate::report::svg::{Anchor, Svg, WIDTH};
use crate::run::clip::Made;
use kouros_robot::{JointKind, Robot};

/// Height of a row and of its bar, and where columns begin [px].
const ROW: f64 = 17.0;
const BAR: f64 = 7.0;
const HEAD: f64 = 24.0;
const RANGE: [f64; 2] = [290.0, 260.0];
const SPEED: [f64; 2] = [680.0, 120.0];
const EFFORT: [f64; 2] = [890.0, 120.0];

/// The table of a clip.
pub fn joints(robot: &Robot, made: &Made, speed_cap: f64) -> String {
    let trajectory = &made.trajectory;
    let (ticks, n) = (trajectory.ticks(), trajectory.joints());
    let velocity = trajectory.joint_vel();
    let effort = &made.labels.effort;
    let known: Vec<usize> = (0..ticks).filter(|t| made.labels.is_valid(*t, "effort")).collect();
    let mut svg = Svg::new(WIDTH, HEAD + ROW * n as f64 + 4.0, "joints", "Joints against their limits");
    svg.text([RANGE[0], 13.0], Anchor::Start, "head", "position used, of the allowed range");
    svg.text([SPEED[0], 13.0], Anchor::Start, "head", "largest speed / limit");
    svg.text([EFFORT[0], 13.0], Anchor::Start, "head", "largest torque / limit");
    for (j, joint) in robot.joints.iter().enumerate() {
        let y = HEAD + ROW * j as f64;
        let base = y + BAR + 1.5;
        let hinge = joint.kind == JointKind::Hinge;
        svg.text([4.0, base], Anchor::Start, "name", &joint.name);
        let at = (0..ticks).map(|t| trajectory.joints_at(t)[j]);
        let (low, high) = at.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let show = |v: f64| if hinge { format!("{:.0}°", v.to_degrees()) } else { format!("{v:.2} m") }.replace('-', "\u{2212}");
        match joint.range {
            Some([least, most]) => {
                let x = |v: f64| RANGE[0] + RANGE[1] * ((v - least) / (most - least).max(1e-9)).clamp(0.0, 1.0);
                svg.text([RANGE[0] - 6.0, base], Anchor::End, "num", &show(least));
                svg.text([RANGE[0] + RANGE[1] + 6.0, base], Anchor::Start, "num", &show(most));
                svg.rect([RANGE[0], y], [RANGE[1], BAR], "track");
                // At a limit is no fault; beyond is.
                const BEYOND: f64 = 1e-3;
                let class = if low < least - BEYOND || high > most + BEYOND { "over" } else { "rbar" };
                svg.rect([x(low), y], [x(high) - x(low), BAR], class);
                if let Some(rest) = robot.profile.rest.get(j) {
                    svg.line([x(*rest), y - 1.5], [x(*rest), y + BAR + 1.5], "rest");
                }
            }
            None => svg.text([RANGE[0], base], Anchor::Start, "num", &format!("no limit: {} to {}", show(low), show(high))),
        }
        let fastest = (0..ticks).map(|t| velocity[t * n + j].abs()).fold(0.0, f64::max);
        let unit = if hinge { "rad/s" } else { "m/s" };
        against(&mut svg, SPEED, y, fastest, joint.velocity_limit, unit);
        if let Some(limit) = joint.velocity_limit.filter(|l| *l > speed_cap) {
            let x = SPEED[0] + SPEED[1] * speed_cap / limit;
            svg.line([x, y - 1.5], [x, y + BAR + 1.5], "rest");
        }
        let strongest = known.iter().map(|t| effort[t * n + j].abs()).fold(0.0, f64::max);
        if known.is_empty() {
            svg.text([EFFORT[0], base], Anchor::Start, "num", "not known");
        } else {
            against(&mut svg, EFFORT, y, strongest, joint.effort_limit, if hinge { "N m" } else { "N" });
        }
    }
    svg.finish()
}

/// A bar of `value` within `limit`; red beyond it.
fn against(svg: &mut Svg, [x, width]: [f64; 2], y: f64, value: f64, limit: Option<f64>, unit: &str) {
    let base = y + BAR + 1.5;
    let Some(limit) = limit.filter(|l| *l > 0.0) else {
        svg.text([x, base], Anchor::Start, "num", &format!("{value:.1} {unit}, no limit"));
        return;
    };
    let share = value / limit;
    svg.rect([x, y], [width, BAR], "track");
    svg.rect([x, y], [width * share.min(1.0), BAR], if share > 1.0 { "over" } else { "rbar" });
    svg.text([x + width + 6.0, base], Anchor::Start, "num", &format!("{value:.1} / {limit:.0}"));
}
