//! Contacts of real people against the definition by which retargeted feet are judged.

use kouros_label::{ContactOptions, Contacts, human_contacts};
use kouros_mocap::{Clip, Companions, ImportOptions, read};
use kouros_motion::{BodyTrack, LEFT, RIGHT, Report};

/// Share of the judge's contact frames that must be ours too.
const RECALL: f64 = 0.995;
/// The same where the clip was brought to a rate whose ticks lie between the judge's: a contact of
/// one frame of 1/30 s may then have no tick of its own.
const RECALL_BETWEEN: f64 = 0.985;

fn clip(name: &str) -> Option<Clip> {
    let path = format!("{}/../../../shared/mocap/lafan1_pairs_noncommercial/{name}.bvh", env!("CARGO_MANIFEST_DIR"));
    let Ok(bytes) = std::fs::read(&path) else {
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: no {path}");
        }
        return None;
    };
    Some(read(name, &bytes, &Companions::default(), &ImportOptions::default(), &mut Report::new()).expect("a BVH"))
}

/// The judge's contact at 30 Hz: a toe step of at most 1 cm horizontally, and less than 5 cm over
/// the tenth percentile of the toe's height.
fn judged(track: &BodyTrack, toe: usize) -> Vec<bool> {
    let mut heights: Vec<f64> = (0..track.ticks()).map(|t| track.position(t, toe).z).collect();
    heights.sort_by(f64::total_cmp);
    let x = 0.1 * (heights.len() - 1) as f64;
    let (i, f) = (x.floor() as usize, x.fract());
    let tenth = heights[i] + (heights[i + 1] - heights[i]) * f;
    (0..track.ticks())
        .map(|t| {
            let p = track.position(t, toe);
            t > 0 && (p.xy() - track.position(t - 1, toe).xy()).norm() <= 0.01 && p.z < tenth + 0.05
        })
        .collect()
}

/// Of the judge's frames of one foot: those in which toe or heel is down, then those with the toe;
/// all of the judge's; all of ours. Ours may be at another rate: the nearest tick decides.
fn agreement(judge: &[bool], found: &Contacts, side: usize, rate_hz: f64) -> [usize; 4] {
    let at = |t: usize| ((t as f64 * found.feet.rate_hz / rate_hz).round() as usize).min(found.feet.down.len() - 1);
    let mut out = [0; 4];
    for (t, judge) in judge.iter().enumerate() {
        let foot = found.feet.foot(at(t), side);
        out[0] += usize::from(*judge && foot);
        out[1] += usize::from(*judge && found.feet.down[at(t)][2 * side + 1]);
        out[2] += usize::from(*judge);
        out[3] += usize::from(foot);
    }
    out
}

#[test]
fn no_contact_of_the_judge_is_missed() {
    for name in ["walk", "run"] {
        let Some(clip) = clip(name) else { return };
        let source = clip.motion.body_track();
        for rate_hz in [30.0, 50.0, 60.0, 120.0] {
            let track = source.resampled(rate_hz).expect("rate");
            let found = human_contacts(&track, &clip.anatomy, None, &ContactOptions::default(), &mut Report::new());
            for side in [LEFT, RIGHT] {
                let judge = judged(&source, clip.anatomy.legs[side].toe);
                let [foot, toe, all, ours] = agreement(&judge, &found, side, source.rate_hz());
                let seen = format!("{name} at {rate_hz} Hz, side {side}: of {all} foot {foot}, toe {toe}; ours {ours}");
                let least = if rate_hz == 50.0 { RECALL_BETWEEN } else { RECALL };
                assert!(all > 500 && foot as f64 >= least * all as f64, "{seen}");
                // One tick more at each landing, and the hysteresis: a quarter more in running.
                assert!((ours as f64) < 1.25 * all as f64, "{seen}");
            }
        }
    }
}

#[test]
#[ignore = "prints measurements"]
#[allow(clippy::print_stdout)]
fn measure() {
    for name in ["walk", "run"] {
        let Some(clip) = clip(name) else { return };
        let source = clip.motion.body_track();
        for rate_hz in [24.0, 30.0, 50.0, 60.0, 120.0, 240.0] {
            let track = source.resampled(rate_hz).expect("rate");
            let found = human_contacts(&track, &clip.anatomy, None, &ContactOptions::default(), &mut Report::new());
            let each = [LEFT, RIGHT].map(|side| {
                let judge = judged(&source, clip.anatomy.legs[side].toe);
                agreement(&judge, &found, side, source.rate_hz())
            });
            println!("{name} at {rate_hz} Hz: foot, toe, of the judge's, ours: {each:?}; floor {:.4}", found.floor);
        }
    }
}
