//! A task in words, from segments.

use kouros_motion::Segment;

/// More phrases than this tell nobody more.
const MOST: usize = 6;

/// What an episode shows, as an instruction: "walk forward, turn left, stand". Equal neighbours
/// are said once; "step" and a stand between two other things go unsaid unless they are all there is; of
/// more than six phrases each is said once, where it first happens, and after six the rest is left out. Empty
/// segments give "move".
pub fn task_text(segments: &[Segment]) -> String {
    let mut phrases: Vec<&str> = Vec::new();
    for (i, segment) in segments.iter().enumerate() {
        let between = i > 0 && i + 1 < segments.len();
        let minor = segment.label == "step" || (segment.label == "stand" && between);
        let said = phrase(&segment.label);
        if (!minor || segments.len() == 1) && phrases.last() != Some(&said) {
            phrases.push(said);
        }
    }
    if phrases.len() > MOST {
        let mut once: Vec<&str> = Vec::new();
        for said in phrases {
            if !once.contains(&said) {
                once.push(said);
            }
        }
        phrases = once;
    }
    match (phrases.is_empty(), segments.is_empty()) {
        (true, true) => "move".into(),
        (true, false) => "step in place".into(),
        _ => phrases[..phrases.len().min(MOST)].join(", "),
    }
}

/// The words for a segment's label; a label of another origin speaks for itself.
fn phrase(label: &str) -> &str {
    match label {
        "walk" => "walk forward",
        "walk_backward" => "walk backward",
        "walk_left" => "step to the left",
        "walk_right" => "step to the right",
        "turn_left" => "turn left",
        "turn_right" => "turn right",
        "step" => "step in place",
        "crouch" => "crouch",
        "bend" => "bend over",
        "reach_up" => "reach up",
        "reach_down" => "reach down",
        "reach_out" => "reach out",
        "lie_down" => "lie down",
        "get_up" => "get up",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(labels: &[&str]) -> String {
        let cut = labels.iter().enumerate().map(|(i, l)| Segment { start: i, end: i + 1, label: (*l).into() });
        task_text(&cut.collect::<Vec<_>>())
    }

    #[test]
    fn sentences() {
        assert_eq!(text(&["walk", "turn_left", "stand"]), "walk forward, turn left, stand");
        assert_eq!(text(&["walk", "stand", "walk", "step", "crouch"]), "walk forward, crouch");
        assert_eq!(text(&["step"]), "step in place");
        assert_eq!(text(&["step", "step"]), "step in place");
        let long = ["walk", "turn_left", "walk", "turn_left", "walk", "turn_right", "walk", "walk_backward"];
        assert_eq!(text(&long), "walk forward, turn left, turn right, walk backward");
        assert_eq!(text(&[]), "move");
        assert_eq!(text(&["stand"]), "stand");
        assert_eq!(text(&["pour tea"]), "pour tea");
    }
}
