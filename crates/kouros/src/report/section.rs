//! One clip on the page: its numbers, its pictures, what was inferred, how it was made.

use crate::report::human_figure::HumanFigure;
use crate::report::robot_figure::RobotFigure;
use crate::report::svg::escape;
use crate::report::time_axis::TimeAxis;
use crate::report::{balance, errors, gait, joints, path, strip};
use crate::run::clip::Made;
use crate::run::row::Row;
use crate::run::settings::Settings;
use crate::talk::counted;
use kouros_motion::{Level, Provenance};
use kouros_robot::Robot;
use std::fmt::Write;

/// The place of a clip's section on the page.
pub fn anchor(key: &str) -> String {
    format!("c{}", key.chars().filter(char::is_ascii_alphanumeric).take(12).collect::<String>())
}

/// The section of a clip.
pub fn section(figure: &RobotFigure<'_>, settings: &Settings, made: &Made, row: &Row) -> String {
    let person = made.person.as_ref();
    let human = person.map(|p| HumanFigure::new(&p.track, &p.anatomy, &p.contacts, p.floor));
    let robot = figure.robot();
    let axis = TimeAxis::new(made.trajectory.ticks(), made.trajectory.rate_hz);
    let mut out = String::new();
    let mut add = |text: &str| out.push_str(text);
    add(&format!("<section id=\"{}\">\n<h2>{}</h2>\n", anchor(&row.key), escape(&row.name)));
    let [both, one, none] = made.quality.support_percent;
    add(&format!(
        "<p>\u{201c}{}\u{201d} <span class=\"soft\">\u{b7} {} \u{b7} {:.1} s \u{b7} {} at {} Hz \u{b7} from {} at {} Hz</span></p>\n",
        escape(&row.task),
        escape(&row.kind),
        row.seconds,
        counted(row.frames, "frame"),
        round(made.trajectory.rate_hz),
        escape(&row.source),
        round(made.provenance.source_rate_hz),
    ));
    add(&warnings(made));
    add(&tiles(robot, made, row));
    let who = if person.is_some() { "Person and robot" } else { "The robot" };
    add(&format!("<h3>{who} <small>bars under the floor: heel and toe that stand</small></h3>\n"));
    if person.is_some() {
        add("<p class=\"who\"><i class=\"h\"></i>person<i class=\"r\"></i>robot</p>\n");
    }
    add(&strip::strip(made, human.as_ref(), figure));
    add(&format!(
        "<h3>What is done, and when feet stand <small>robot: both feet {both:.0} %, one foot {one:.0} %, none {none:.0} % of the time</small></h3>\n"
    ));
    add(&gait::gait(made, &axis));
    add(
        "<h3>Balance of the robot <small>below: what feet on the floor do not explain, of the weight and (thin) of weight times leg; bar: forces and torques not known</small></h3>\n",
    );
    add(&balance::balance(robot, made, &axis));
    let hips = if person.is_some() { "hips, and the person's at the robot's size" } else { "hips" };
    add(&format!(
        "<div class=\"two\"><div><h3>From above <small>centre of mass (ring: start, dot: end), footprints; dashed: {hips}</small></h3>\n"
    ));
    add(&path::path(made, figure));
    add("</div><div><h3>What was inferred</h3>\n");
    add(&inferred(made));
    add("</div></div>\n");
    if let Some(person) = person {
        add(&format!("<h3>Retargeting error <small>{}</small></h3>\n", errors::scale_text(person)));
        add(&errors::errors(person));
    }
    add(
        "<h3>Joints against their limits <small>ticks: rest position, and the largest speed the settings allow; red: beyond</small></h3>\n",
    );
    add(&joints::joints(robot, made, settings.retarget.joint_speed));
    add(&provenance(&made.provenance));
    add("</section>\n");
    out
}

fn round(v: f64) -> String {
    let text = format!("{v:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn tiles(robot: &Robot, made: &Made, row: &Row) -> String {
    let limited = robot.joints.iter().any(|j| j.effort_limit.is_some());
    let number = |v: Option<f64>, digits: usize, unit: &str| {
        v.map_or("\u{2013}".into(), |v| format!("{v:.digits$}{unit}").replace('-', "\u{2212}"))
    };
    let q = &made.quality;
    let all = [
        ("leg direction error", number(row.leg_error_deg, 1, "°")),
        ("arm direction error", number(row.arm_error_deg, 1, "°")),
        ("sliding in contact", number(row.slide_cm_s, 1, " cm/s")),
        ("deepest sole", number(Some(q.penetration_max_cm), 1, " cm")),
        ("largest joint speed", number(Some(q.joint_speed_max_rad_s), 1, " rad/s")),
        ("forces explained", number(row.explained_percent, 0, " %")),
        ("largest torque / limit (p99)", number(made.forces.effort_share_p99.filter(|_| limited), 2, "")),
        ("scale", number(made.person.as_ref().map(|p| p.scale), 3, "")),
    ];
    let mut out = String::from("<div class=\"tiles\">");
    // Without a person there is no error against one.
    let of_person = ["leg direction error", "arm direction error", "scale"];
    for (name, value) in all.into_iter().filter(|(n, _)| made.person.is_some() || !of_person.contains(n)) {
        let _ = write!(out, "<div><b>{value}</b><span>{name}</span></div>");
    }
    out + "</div>\n"
}

fn warnings(made: &Made) -> String {
    let items: String = made.report.warnings().map(|n| format!("<li class=\"warn\">{}</li>", escape(&n.message))).collect();
    if items.is_empty() { String::new() } else { format!("<ul>{items}</ul>\n") }
}

fn inferred(made: &Made) -> String {
    let notes = made.report.notes.iter().filter(|n| n.level == Level::Inferred);
    let items: String =
        notes.map(|n| format!("<li>{} <span class=\"soft\">({})</span></li>", with_flags(&n.message), escape(&n.code))).collect();
    if items.is_empty() {
        "<p class=\"soft\">Nothing: the file says it all.</p>\n".into()
    } else {
        format!("<ul class=\"notes\">{items}</ul>\n")
    }
}

/// A sentence with its flags set as such, so that they are not broken at their hyphens.
fn with_flags(text: &str) -> String {
    let word = |w: &str| if w.starts_with("--") { format!("<code class=\"flag\">{}</code>", escape(w)) } else { escape(w) };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn provenance(p: &Provenance) -> String {
    let mut out = String::from("<details><summary>Settings and provenance</summary>\n<table>");
    let licence = p.licence.as_deref().unwrap_or("unknown");
    for (name, value) in [("source", p.source.as_str()), ("sha256", &p.sha256), ("format", &p.format), ("licence", licence)] {
        let _ = write!(out, "<tr><td>{name}</td><td>{}</td></tr>", escape(value));
    }
    for step in &p.steps {
        let _ = write!(out, "<tr><td><b>{}</b></td><td>version {}</td></tr>", escape(&step.name), escape(&step.version));
        for (name, value) in &step.settings {
            let _ = write!(out, "<tr><td>{}</td><td>{}</td></tr>", escape(name), escape(value));
        }
    }
    out + "</table></details>\n"
}
