//! Of many clips the worst are told, and what failed is on the page too.

use crate::bench_folder::Bench;
use crate::stick_person::walk;

/// More clips than are told one by one.
const CLIPS: usize = 22;

#[test]
fn the_worst_are_told_and_a_broken_clip_stops_none() {
    let bench = Bench::new();
    for k in 0..CLIPS {
        bench.write(&format!("clips/{k:02}.bvh"), walk(20, 1.0 + 0.01 * k as f64));
    }
    bench.write("clips/11_broken.bvh", &walk(20, 1.0)[..300]);
    // A person who floats stands on nothing.
    bench.write("clips/12_worst.bvh", walk(20, 1.0).replace("OFFSET 0 -42 0", "OFFSET 0 42 0"));
    let args = ["retarget", "clips", "--robot", "g1", "--format", "csv", "--rate", "30", "--out"];
    let said = bench.kouros(&[&args[..], &["told"]].concat()).ends(2);
    assert!(said.out.starts_with(&format!("The worst 10 of {} clips:\n", CLIPS + 1)), "{}", said.out);
    assert_eq!(said.out.lines().count(), 2 + 10, "{}", said.out);
    assert!(said.err.contains("11_broken") && said.err.contains("severity: each kind of warning"), "{}", said.err);
    let said = bench.kouros(&[&args[..], &["counted", "--json", "--threads", "1"]].concat()).ends(2).json();
    let clips = said["clips"].as_array().expect("clips");
    let mut ranks: Vec<u64> = clips.iter().filter_map(|c| c["rank"].as_u64()).collect();
    let worst = clips.iter().find(|c| c["rank"] == 1).expect("one is the worst");
    assert!(clips.iter().all(|c| c["severity"].as_f64() <= worst["severity"].as_f64()));
    let sum: f64 = worst["because"].as_array().expect("causes").iter().filter_map(|c| c["times"].as_f64()).sum();
    assert!((sum - worst["severity"].as_f64().expect("a number")).abs() < 0.01, "{worst}");
    ranks.sort_unstable();
    assert_eq!(ranks, (1..=CLIPS as u64 + 1).collect::<Vec<_>>());
    assert_eq!(said["failed"].as_array().map(Vec::len), Some(1));
    let pages = ["told", "counted"].map(|out| String::from_utf8(bench.files(out)["report.html"].clone()).expect("UTF-8"));
    assert!(pages[0].contains("Not made in the last run: 1 file") && pages[0].contains("11_broken.bvh"));
    let name = worst["name"].as_str().expect("a name");
    let at = |text: &str| pages[1].find(text).unwrap_or(usize::MAX);
    let first = clips.iter().filter_map(|c| c["name"].as_str()).map(|n| at(&format!(">{n}<"))).min();
    assert_eq!(first, Some(at(&format!(">{name}<"))), "the worst stands first in the table");
    assert_eq!(pages[0].replace("told", ""), pages[1].replace("counted", ""), "whatever the number of threads");
}
