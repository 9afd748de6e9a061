//! The page of a training run: what it was and its curves over steps.

use crate::report::svg::{Anchor, Svg, escape, tick_text, ticks};
use kouros_learn::Line;
use kouros_sim::Task;
use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = include_str!("../../report/style.css");
const SIZE: [f64; 2] = [520.0, 190.0];
const LEFT: f64 = 46.0;
const BELOW: f64 = 34.0;
/// Curves are drawn through means of at most this many stretches.
const POINTS: usize = 240;

/// A number of one line of the log.
type Curve = fn(&Line) -> f64;

/// The page.
pub fn page(task: &Task, about: &Value, lines: &[Line]) -> String {
    let text = |key: &str| escape(about[key].as_str().unwrap_or_default());
    let (name, robot) = (escape(&task.name), text("robot"));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{name} on {robot}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{name} on {robot}</h1>\n\
         <p>Training run, seed {}, Kouros {}. Curves are means over stretches of the run, over millions of simulated decisions.</p>\n",
        about["seed"],
        env!("CARGO_PKG_VERSION"),
    );
    let Some(last) = lines.last() else {
        return out + "<p>No iteration was done.</p>\n</main>\n</body>\n</html>\n";
    };
    let tile = |number: String, words: &str| format!("<div><b>{number}</b><span>{words}</span></div>");
    let tail = &lines[lines.len().saturating_sub(20)..];
    let mean = |of: fn(&Line) -> f64| tail.iter().map(of).sum::<f64>() / tail.len() as f64;
    out += "<section><h2>At the end</h2><div class=\"tiles\">";
    out += &tile(format!("{:.2} M", last.steps as f64 * 1e-6), "decisions simulated");
    out += &tile(last.iteration.to_string(), "iterations");
    out += &tile(format!("{:.1} %", mean(|l| l.falls) * 100.0), "of ended episodes are falls");
    out += &tile(format!("{:.3}", mean(|l| l.velocity_error)), "m/s off the commanded velocity");
    out += &tile(format!("{:.3}", mean(|l| l.turn_error)), "rad/s off the commanded turning rate");
    out += &tile(format!("{:.2}", last.level), "level of difficulty");
    out += "</div><p class=\"soft\">Of the policy as it explores (with the noise of its actions), over the last 20 iterations.</p></section>\n<section><h2>Curves</h2><div class=\"two\">";
    let curves: [(&str, Curve); 10] = [
        ("reward of a step", |l| l.reward),
        ("length of episodes [share of the limit]", |l| l.length),
        ("falls [share of ended episodes]", |l| l.falls),
        ("level of difficulty", |l| l.level),
        ("off the commanded velocity [m/s]", |l| l.velocity_error),
        ("off the commanded turning rate [rad/s]", |l| l.turn_error),
        ("standard deviation of actions", |l| l.std),
        ("log10 of the policy's step size", |l| l.rate.max(1e-12).log10()),
        ("divergence of an update", |l| l.divergence),
        ("the critic's loss", |l| l.critic_loss),
    ];
    for (title, of) in curves {
        out += &curve(title, lines, &of);
    }
    out += "</div></section>\n<section><h2>Rewards</h2><p>Mean of each weighted term over a step.</p><div class=\"two\">";
    for (i, term) in task.rewards.iter().enumerate() {
        let title = format!("{:?} ({})", term.kind, term.weight);
        out += &curve(&title, lines, &|l: &Line| l.terms.get(i).copied().unwrap_or(0.0));
    }
    out += "</div></section>\n<section><h2>Settings</h2><details open><summary>of the run</summary><table>";
    for (key, value) in about.as_object().into_iter().flatten() {
        let _ = write!(out, "<tr><td>{}</td><td><code>{}</code></td></tr>", escape(key), escape(&value.to_string()));
    }
    out + "</table></details></section>\n</main>\n</body>\n</html>\n"
}

fn curve(title: &str, lines: &[Line], of: &dyn Fn(&Line) -> f64) -> String {
    let stretch = lines.len().div_ceil(POINTS).max(1);
    let points: Vec<[f64; 2]> = lines
        .chunks(stretch)
        .map(|c| {
            let mean = |f: &dyn Fn(&Line) -> f64| c.iter().map(f).sum::<f64>() / c.len() as f64;
            [mean(&|l| l.steps as f64 * 1e-6), mean(of)]
        })
        .filter(|p| p[1].is_finite())
        .collect();
    let most = lines.last().map_or(1.0, |l| l.steps as f64 * 1e-6).max(1e-6);
    let (low, high) = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p[1]), h.max(p[1])));
    let (low, high) = if low < high { (low, high) } else { (low - 0.5, low + 0.5) };
    let (low, high) = if low > 0.0 && low < 0.5 * high { (0.0, high) } else { (low, high) };
    let [w, h] = SIZE;
    let place = |p: [f64; 2]| [LEFT + p[0] / most * (w - LEFT - 8.0), 8.0 + (high - p[1]) / (high - low) * (h - BELOW - 8.0)];
    let mut svg = Svg::new(w, h, "curve", title);
    let marks = ticks(low, high, 4);
    let step = marks.windows(2).next().map_or(1.0, |m| m[1] - m[0]);
    for &v in &marks {
        let y = place([0.0, v])[1];
        svg.line([LEFT, y], [w - 8.0, y], "grid");
        svg.text([LEFT - 6.0, y + 4.0], Anchor::End, "num", &tick_text(v, step));
    }
    let across = ticks(0.0, most, 5);
    let step = across.windows(2).next().map_or(1.0, |m| m[1] - m[0]);
    for &v in &across {
        svg.text([place([v, low])[0], h - BELOW + 16.0], Anchor::Middle, "num", &tick_text(v, step));
    }
    let drawn: Vec<[f64; 2]> = points.iter().map(|&p| place(p)).collect();
    svg.polyline(&drawn, "rline");
    format!("<div><h3>{}</h3>{}</div>", escape(title), svg.finish())
}
