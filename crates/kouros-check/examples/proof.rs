//! The proof of the checker: every fault in every episode of a clean dataset, and how often it is
//! found as what it is.
//!
//!     cargo run --release -p kouros-check --example proof -- DATASET [SEEDS]
//!
//! Prints the tables of `docs/checks.md`. The dataset must be of the Unitree G1 and taken as clean:
//! every defect reported on it unchanged is a false alarm. Where the checker says of a clean episode that
//! it does not look for something (floor and feet where a scene stands around), that is not tried.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a table on the terminal is its purpose

use kouros_check::fault::{Dice, Extent, Fault, Victim};
use kouros_check::{BodyPass, Code, Known, Layout, Names, Severity, check_episode};
use kouros_dataset::{Loose, LooseFrames};
use kouros_motion::Report;
use kouros_robot::{LoadOptions, load_robot};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Other sizes of the faults that have one, smaller and larger than promised.
const OTHER_SIZES: &[(Fault, &[f64])] = &[
    (Fault::BeyondLimit, &[0.005, 0.015, 0.05, 0.2]),
    (Fault::TooFast, &[1.05, 1.15, 1.5, 3.0]),
    (Fault::TooStrong, &[1.05, 1.15, 1.5, 3.0]),
    (Fault::BaseUp, &[0.005, 0.02, 0.05, 0.3]),
    (Fault::BaseDown, &[0.005, 0.02, 0.05, 0.3]),
    (Fault::Slide, &[0.01, 0.04, 0.1, 0.3]),
    (Fault::IntoFloor, &[0.005, 0.015, 0.04, 0.1]),
    (Fault::IntoItself, &[0.015, 0.03]),
    (Fault::ContactLate, &[0.02, 0.06, 0.2]),
    (Fault::Late, &[1.0, 3.0, 5.0]),
    (Fault::FrozenState, &[0.1, 0.32, 1.0]),
    (Fault::ClockFast, &[0.001, 0.005, 0.05]),
    (Fault::StateClockSlow, &[0.001, 0.005, 0.03]),
];

/// Defects that an episode with this fault truly has besides: a base in the air has soles in the air.
fn also_true(fault: Fault) -> &'static [Code] {
    match fault {
        Fault::BeyondLimit | Fault::ActionBeyondLimit => {
            &[Code::JointSpeed, Code::ActionLimit, Code::JointLimit, Code::SelfCollision]
        }
        Fault::TooFast => &[Code::JointLimit, Code::ActionLimit, Code::SelfCollision],
        Fault::IntoItself => &[Code::JointSpeed],
        Fault::IntoFloor => &[Code::BaseHeight],
        _ => &[],
    }
}

#[derive(Default)]
struct Row {
    tried: usize,
    found: usize,
    missed: BTreeSet<usize>,
    others: BTreeMap<Code, Vec<usize>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: proof DATASET [SEEDS] [other]")?;
    let seeds: u64 = args.next().map_or(Ok(3), |s| s.parse())?;
    let more = args.next().is_some();
    let assets = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
    let robot = load_robot("g1", None, assets, LoadOptions { add_free_joint: true }, &mut Report::new())?;
    let set = Loose::open(&path)?;
    let layout = Layout::find(&set.info, Some(&robot), &Names::default())?;
    let mut episodes: Vec<LooseFrames> = Vec::new();
    for file in 0..set.files.len() {
        for portion in set.portions(file)?.0 {
            episodes.extend(set.read(&portion)?.0);
        }
    }
    let mut pass = BodyPass::new(&robot);
    // As the command does: what the dataset says stands around the robot is known.
    let scenes: Vec<bool> = (0..episodes.len())
        .map(|e| episodes[e].index.and_then(|i| usize::try_from(i).ok()).and_then(|i| set.kouros_episode(i)))
        .map(|e| e.is_some_and(|e| !e["meta"]["scene"].is_null()))
        .collect();
    // The defects, and what is said not to have been looked for.
    let mut defects = |victim: &Victim<'_>, episode: usize| -> (BTreeSet<Code>, BTreeSet<Code>) {
        let known = Known { first_frame: None, tasks: &set.tasks, scene: scenes[episode] };
        let report = check_episode(&victim.view(episode), &layout, Some(&mut pass), known);
        let found = report.findings.iter().filter(|f| f.severity == Severity::Defect).map(|f| f.code).collect();
        (found, report.not_checked.iter().map(|n| n.code).collect())
    };
    let mut unseen: Vec<BTreeSet<Code>> = Vec::new();
    let victim = |frames: &LooseFrames| Victim {
        frames: frames.clone(),
        layout: &layout,
        features: &set.info.features,
        rate_hz: set.info.fps,
        robot: &robot,
    };

    let mut clean: BTreeMap<Code, usize> = BTreeMap::new();
    for (e, frames) in episodes.iter().enumerate() {
        let (found, not_looked_for) = defects(&victim(frames), e);
        unseen.push(not_looked_for);
        for code in found {
            eprintln!("clean episode {e}: {code}");
            *clean.entry(code).or_default() += 1;
        }
    }
    let frames: usize = episodes.iter().map(|e| e.length).sum();
    let (count, around) = (episodes.len(), scenes.iter().filter(|s| **s).count());
    println!("Clean: {count} episodes, {around} with a scene, {frames} frames; defects: {}\n", clean.values().sum::<usize>());

    let mut run = |fault: Fault, size: f64, extent: Extent, code: Code| -> Row {
        let mut row = Row::default();
        for seed in 0..seeds {
            for (e, frames) in episodes.iter().enumerate() {
                let mut dice = Dice::new(seed * 1_000_003 + e as u64 * 101 + fault as u64);
                let mut changed = victim(frames);
                // What is said not to be looked for in the clean episode is not asked for either.
                if unseen[e].contains(&code) || !changed.put(fault, size, extent, &mut dice) {
                    continue;
                }
                row.tried += 1;
                let found = defects(&changed, e).0;
                if found.contains(&code) {
                    row.found += 1;
                } else {
                    row.missed.insert(e);
                }
                for other in found.into_iter().filter(|c| *c != code && !also_true(fault).contains(c)) {
                    row.others.entry(other).or_default().push(e);
                }
            }
        }
        row
    };

    println!("| fault | size | in | found as | tried | found | recall | also reported |\n|---|---:|---|---|---:|---:|---:|---|");
    let mut recall: BTreeMap<Code, (usize, usize)> = BTreeMap::new();
    let mut wrong: BTreeMap<Code, usize> = clean.clone();
    for &(fault, size, extent, code) in Fault::PROMISED {
        let row = run(fault, size, extent, code);
        let r = recall.entry(code).or_default();
        (r.0, r.1) = (r.0 + row.tried, r.1 + row.found);
        let others: Vec<String> = row.others.iter().map(|(c, n)| format!("{c} {}", n.len())).collect();
        for (c, n) in &row.others {
            *wrong.entry(*c).or_default() += n.len();
        }
        let share = row.found as f64 / row.tried.max(1) as f64;
        println!(
            "| {fault:?} | {size} | {extent:?} | {code} | {} | {} | {share:.3} | {} |",
            row.tried,
            row.found,
            others.join(", ")
        );
        if !row.missed.is_empty() {
            eprintln!("{fault:?} {extent:?} missed in {:?}; others {:?}", row.missed, row.others);
        } else if !row.others.is_empty() {
            eprintln!("{fault:?} {extent:?} others {:?}", row.others);
        }
    }
    println!("\n| code | precision | recall | false alarms on clean |\n|---|---:|---:|---:|");
    for (code, (tried, found)) in &recall {
        let bad = wrong.get(code).copied().unwrap_or(0);
        let precision = *found as f64 / (*found + bad).max(1) as f64;
        println!(
            "| {code} | {precision:.3} | {:.3} | {} |",
            *found as f64 / (*tried).max(1) as f64,
            clean.get(code).unwrap_or(&0)
        );
    }
    if more {
        println!("\n| fault | size | found as | tried | recall |\n|---|---:|---|---:|---:|");
        for &(fault, sizes) in OTHER_SIZES {
            let Some(&(_, _, extent, code)) = Fault::PROMISED.iter().find(|p| p.0 == fault) else { continue };
            for &size in sizes {
                let row = run(fault, size, extent, code);
                println!("| {fault:?} | {size} | {code} | {} | {:.3} |", row.tried, row.found as f64 / row.tried.max(1) as f64);
            }
        }
    }
    Ok(())
}
