//! The gait diagram: when heels and toes stand, person over robot, under what is done when.

use crate::report::svg::{Anchor, GUTTER, Svg, WIDTH};
use crate::report::time_axis::TimeAxis;
use crate::run::clip::Made;
use kouros_motion::{FootContacts, SolePart};

/// Height of the band of segments, of one bar, and between two rows [px].
const BAND: f64 = 20.0;
const BAR: f64 = 7.0;
const ROW: f64 = 22.0;

/// The diagram of a clip.
pub fn gait(made: &Made, axis: &TimeAxis) -> String {
    let top = BAND + 12.0;
    let bottom = top + ROW * 4.0;
    let what = match made.person {
        Some(_) => "Contacts of heels and toes over time, person and robot",
        None => "Contacts of heels and toes over time",
    };
    let mut svg = Svg::new(WIDTH, bottom + 20.0, "gait", what);
    axis.draw(&mut svg, BAND + 4.0, bottom, true);
    segments(&mut svg, made, axis);
    for (row, part) in SolePart::ALL.into_iter().enumerate() {
        let y = top + ROW * row as f64;
        svg.text([GUTTER - 8.0, y + 11.0], Anchor::End, "name", &part.name().replace('_', " "));
        if let Some(person) = &made.person {
            bars(&mut svg, &person.contacts, row, axis, y, "hbar");
        }
        bars(&mut svg, &made.labels.contacts, row, axis, y + BAR + 1.0, "rbar");
    }
    svg.finish()
}

fn bars(svg: &mut Svg, contacts: &FootContacts, part: usize, axis: &TimeAxis, y: f64, class: &str) {
    let mut start = None;
    for tick in 0..=contacts.down.len() {
        let down = contacts.down.get(tick).is_some_and(|d| d[part]);
        match (start, down) {
            (None, true) => start = Some(tick),
            (Some(from), false) => {
                svg.rect([axis.x_of(from), y], [axis.x_of(tick) - axis.x_of(from), BAR], class);
                start = None;
            }
            _ => {}
        }
    }
}

/// A band of what is done when; a name that does not fit its stretch is left out.
fn segments(svg: &mut Svg, made: &Made, axis: &TimeAxis) {
    const LETTER: f64 = 6.2;
    for (i, segment) in made.segments.iter().enumerate() {
        let (from, to) = (axis.x_of(segment.start), axis.x_of(segment.end));
        svg.rect([from, 0.0], [to - from - 1.0, BAND], if i % 2 == 0 { "seg0" } else { "seg1" });
        let name = segment.label.replace('_', " ");
        if name.chars().count() as f64 * LETTER < to - from - 6.0 {
            svg.text([(from + to) / 2.0, BAND - 6.0], Anchor::Middle, "segname", &name);
        }
    }
}
