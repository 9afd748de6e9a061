//! Every promised fault is found as what it is, and a clean clip has none.

use crate::sample::{RATE_HZ, Sample, sample};
use kouros_check::fault::{Dice, Extent, Fault, Victim};
use kouros_check::{BodyPass, Code, EpisodeReport, Known, Severity, check_episode};

fn victim(s: &Sample) -> Victim<'_> {
    Victim { frames: s.frames.clone(), layout: &s.layout, features: &s.features, rate_hz: RATE_HZ, robot: &s.robot }
}

fn look(s: &Sample, v: &Victim<'_>) -> EpisodeReport {
    check_episode(&v.view(0), &s.layout, Some(&mut BodyPass::new(&s.robot)), Known::default())
}

fn defects(report: &EpisodeReport) -> Vec<Code> {
    report.findings.iter().filter(|f| f.severity == Severity::Defect).map(|f| f.code).collect()
}

#[test]
fn the_promised_sizes_are_found_and_nothing_in_clean_clips() {
    for clip in ["walk_turn.bvh", "crouch_reach.bvh"] {
        let s = sample(clip);
        let clean = look(&s, &victim(&s));
        assert_eq!(defects(&clean), [], "{clip}: {:?}", clean.findings);
        let mut tried = 0;
        for &(fault, size, extent, code) in Fault::PROMISED {
            let mut v = victim(&s);
            if !v.put(fault, size, extent, &mut Dice::new(7)) {
                continue;
            }
            tried += 1;
            let found = look(&s, &v);
            assert!(defects(&found).contains(&code), "{clip}: {fault:?} {extent:?} is no {code}: {:?}", found.findings);
            for f in found.findings.iter().filter(|f| f.code == code && f.severity == Severity::Defect) {
                assert!(f.episode == Some(0) && !f.says.is_empty());
            }
        }
        assert!(tried > 24, "{clip}: {tried}");
    }
}

#[test]
fn small_faults_are_none() {
    let s = sample("walk_turn.bvh");
    let harmless = [
        (Fault::BeyondLimit, 0.005),
        (Fault::BaseUp, 0.005),
        (Fault::BaseDown, 0.005),
        (Fault::ContactLate, 0.02),
        (Fault::ClockFast, 0.0005),
    ];
    for (fault, size) in harmless {
        let mut v = victim(&s);
        if v.put(fault, size, Extent::One, &mut Dice::new(3)) {
            let wrong = defects(&look(&s, &v));
            // A joint that is put at its limit for a moment jumps there and back.
            assert!(wrong.iter().all(|c| *c == Code::JointSpeed), "{fault:?}: {wrong:?}");
        }
    }
}

/// The twelve impossible episodes that every other checker passes: the robot hangs 1.6 m up, its
/// legs swing by radians, and its feet are said to be in contact.
#[test]
fn impossible_episodes_are_seen() {
    let s = sample("walk_turn.bvh");
    for number in 0..12 {
        let mut v = victim(&s);
        let swing = 2.5 + 1.5 * f64::from(number) / 11.0;
        let legs: Vec<usize> = s.robot.profile.legs.iter().flat_map(|l| l.joints.clone()).collect();
        for bound in [&s.layout.state, &s.layout.action].into_iter().flatten() {
            let column = v.frames.columns.iter_mut().find(|c| c.feature == bound.feature).expect("column");
            for (t, row) in column.values.chunks_exact_mut(column.width).enumerate() {
                for (i, j) in legs.iter().enumerate() {
                    row[*j] = swing * (0.11 * (t as f64 + 5.0 * f64::from(number)) + i as f64).sin();
                }
            }
        }
        let (root, contact) = (s.layout.root.as_ref().expect("base"), s.layout.contact.as_ref().expect("contacts"));
        for column in &mut v.frames.columns {
            if column.feature == root.feature {
                column.values.chunks_exact_mut(column.width).for_each(|row| row[root.columns[2]] = 1.6);
            } else if column.feature == contact.feature {
                column.values.fill(1.0);
            }
        }
        let found = defects(&look(&s, &v));
        for code in [Code::JointLimit, Code::BaseHeight] {
            assert!(found.contains(&code), "{number}: no {code} in {found:?}");
        }
    }
}
