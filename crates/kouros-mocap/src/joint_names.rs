//! Names of joints as a skeleton may have them: without the prefix of a character, each once.

use crate::error::shown;
use kouros_motion::{Joint, Report};
use std::collections::{HashMap, HashSet};

/// Takes `character:` prefixes off where names stay apart, and tells twins apart.
pub(crate) fn settle(joints: &mut [Joint], report: &mut Report) {
    let bare = |name: &str| name.rsplit(':').next().filter(|n| !n.is_empty()).unwrap_or(name).to_owned();
    let stripped: HashSet<String> = joints.iter().map(|j| bare(&j.name)).collect();
    if joints.iter().any(|j| j.name.contains(':')) && stripped.len() == joints.len() {
        let shown_prefix = joints.iter().find_map(|j| j.name.rsplit_once(':')).map(|(p, _)| shown(p.as_bytes()));
        report.inferred("names", format!("the prefix {} was taken off the joints' names", shown_prefix.unwrap_or_default()));
        for joint in joints.iter_mut() {
            joint.name = bare(&joint.name);
        }
    }
    let mut taken: HashSet<String> = joints.iter().map(|j| j.name.clone()).collect();
    // How often each name has stood so far.
    let mut stood: HashMap<String, usize> = HashMap::new();
    let mut twins = Vec::new();
    for joint in joints.iter_mut() {
        let count = stood.entry(joint.name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            continue;
        }
        twins.push(joint.name.clone());
        let mut fresh = format!("{}_{count}", joint.name);
        while !taken.insert(fresh.clone()) {
            *count += 1;
            fresh = format!("{}_{count}", joint.name);
        }
        joint.name = fresh;
    }
    if !twins.is_empty() {
        let names = kouros_motion::list_names(&twins);
        report.warn("names", format!("joint names that stand twice got a number behind them: {names}"));
    }
}
