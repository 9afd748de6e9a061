//! The page of `kouros fit`: every robot in every place, drawn in the posture it was judged by.

use super::because;
use crate::report::robot_figure::RobotFigure;
use crate::report::solid::{Camera, Solid, draw};
use crate::report::svg::{Anchor, Svg, escape};
use crate::robot_args::Chosen;
use kouros_fit::Verdict;
use kouros_motion::Vec3;
use kouros_robot::Kinematics;
use std::fmt::Write;

const STYLE: &str = include_str!("../../report/style.css");
/// Of one picture [px], and how much of the world it shows [m].
const SIZE: [f64; 2] = [250.0, 250.0];
const SHOWN: f64 = 2.3;
/// Room below the floor [px].
const BELOW: f64 = 14.0;

/// The page.
pub fn page(judged: &[(Chosen, Vec<Verdict>)]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Does it fit?</title>\n<style>{STYLE}.places{{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:22px 18px}}\
         .places h3{{margin:6px 0 2px}}.places p{{font-size:13px;margin:0}}.no{{color:var(--over)}}</style>\n</head>\n<body>\n<main>\n\
         <h1>Does it fit?</h1>\n<p>Postures that stand still, with joints within their ranges and torques within the motors'. \
         Kouros {}.</p>\n",
        env!("CARGO_PKG_VERSION")
    );
    for (chosen, verdicts) in judged {
        let robot = &chosen.robot;
        let fits = verdicts.iter().filter(|v| v.fits()).count();
        let _ = writeln!(
            out,
            "<section><h2>{}</h2><p class=\"soft\">{} of {} places fit. {:.1} kg; {}</p><div class=\"places\">",
            escape(&robot.name),
            fits,
            verdicts.len(),
            robot.mass(),
            escape(robot.source.as_deref().unwrap_or("source unknown"))
        );
        let figure = RobotFigure::new(robot);
        for v in verdicts {
            let mut at = Kinematics::new(robot);
            at.update(robot, &v.posture.base, &v.posture.joints);
            let (class, word) = if v.fits() { ("", "fits") } else { (" class=\"no\"", "does not fit") };
            let _ = writeln!(
                out,
                "<div>{}<h3>{}: <span{class}>{word}</span></h3><p>{}</p><p class=\"soft\">{}</p></div>",
                picture(&figure, &at, v),
                escape(&v.place.name),
                escape(&v.place.kind.words()),
                escape(&because(v))
            );
        }
        out += "</div></section>\n";
    }
    out + "</main>\n</body>\n</html>\n"
}

/// The robot, facing right, among what stands around.
fn picture(figure: &RobotFigure<'_>, at: &Kinematics, verdict: &Verdict) -> String {
    let camera = Camera::beside(0.0);
    let scale = (SIZE[1] - BELOW) / SHOWN;
    let place = |p: [f64; 2]| [0.42 * SIZE[0] + p[0] * scale, SIZE[1] - BELOW - p[1] * scale];
    let label = format!("{} {}", verdict.place.name, verdict.by);
    let mut svg = Svg::new(SIZE[0], SIZE[1], "picture", &label);
    svg.line([0.0, SIZE[1] - BELOW], [SIZE[0], SIZE[1] - BELOW], "floor");
    // What is farther from the viewer than the robot's middle goes behind it, the rest before.
    let (mut behind, mut before) = (Vec::new(), Vec::new());
    for [low, high] in &verdict.things {
        let corner = |k: usize| Vec3::from_fn(|i, _| if k >> i & 1 == 0 { low[i] } else { high[i] });
        let solid = Solid { limb: false, balls: (0..8).map(|k| (corner(k), 0.0)).collect() };
        let near = camera.nearness(&((low + high) / 2.0));
        if near > 0.2 { before.push(solid) } else { behind.push(solid) }
    }
    let thing = |svg: &mut Svg, solid: &Solid, class: &str| {
        let outline: Vec<[f64; 2]> = solid.outline(&camera).into_iter().map(place).collect();
        svg.polygon(&outline, class);
    };
    behind.iter().for_each(|s| thing(&mut svg, s, "printl"));
    draw(&mut svg, &figure.solids(at), &camera, &figure.middle(at), &place, "r");
    // Only the outline, so that the robot is seen through it.
    before.iter().for_each(|s| {
        let mut outline: Vec<[f64; 2]> = s.outline(&camera).into_iter().map(place).collect();
        outline.extend(outline.first().copied());
        svg.polyline(&outline, "rest");
    });
    for hand in 0..2 {
        let mark = &figure.robot().profile.arms[hand].lower;
        let [x, y] = place(camera.project(&at.point(mark.body, &mark.local)));
        svg.circle([x, y], 1.6, "start");
    }
    svg.text([4.0, 14.0], Anchor::Start, "num", &format!("{:.0} cm", 100.0 * SHOWN));
    svg.finish()
}
