//! Python stepping the same physics, timed in its own process beside our environments.
//!
//! Lives here: what is handed over, the turns, the table. Does not: the peers, which are in the
//! Python that the person who measures names; nothing here fetches or installs them.

use crate::clock::Spread;
use crate::driver::Driver;
use crate::simulate::{Args, Walk};
use crate::table::table;
use crate::{Measured, Result};
use kouros_learn::Policy;
use kouros_robot::Robot;
use kouros_sim::{Task, World};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/simulate.py");

#[derive(Debug, Deserialize)]
struct Ready {
    peers: Vec<String>,
    packages: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Passed {
    seconds: f64,
    off: f64,
}

/// One peer at one number of threads, decisions a second on the wall.
#[derive(Debug, Serialize)]
struct Row {
    peer: String,
    threads: usize,
    peers: Spread,
    environments: Spread,
    /// Environments over the peer, turn by turn.
    ratio: Spread,
    /// Largest distance of its last positions from ours [m, rad].
    off: f64,
}

/// Measures every peer that `python` has, in turns with our environments without differences and pushes.
pub fn run(python: &Path, policy: &Policy, robot: &Robot, task: &Task, args: &Args) -> Result<Measured> {
    let world = Arc::new(World::new(robot, &plain(task))?);
    let walk = Walk::new(policy, world, args)?;
    let folder = tempfile::tempdir()?;
    hand_over(&walk, folder.path())?;
    let mut command = Command::new(python);
    command.arg(SCRIPT).arg(folder.path());
    let (mut driver, ready): (_, Ready) = Driver::start("the Python", command)?;
    let decisions = walk.ways.iter().map(|w| w.ticks.len()).sum::<usize>() as f64;
    let mut rows = Vec::new();
    for &threads in args.threads() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        for name in &ready.peers {
            // A vector of processes takes the cores it finds.
            if name.contains("Async") && threads == 1 {
                continue;
            }
            let ask = serde_json::json!({ "peer": name, "threads": threads }).to_string();
            let _: Passed = driver.ask(&ask)?;
            let (mut ours, mut theirs, mut off) = (Vec::new(), Vec::new(), 0.0f64);
            for _ in 0..args.runs() {
                ours.push(decisions / walk.environments(&pool)?.seconds);
                let passed: Passed = driver.ask(&ask)?;
                theirs.push(decisions / passed.seconds);
                off = off.max(passed.off);
            }
            let ratio = Spread::of(ours.iter().zip(&theirs).map(|(o, t)| o / t)).ok_or("no turn")?;
            let [peers, environments] = [Spread::of(theirs).ok_or("no turn")?, Spread::of(ours).ok_or("no turn")?];
            rows.push(Row { peer: name.clone(), threads, peers, environments, ratio, off });
        }
    }
    let cells = |r: &Row| {
        vec![
            r.peer.clone(),
            r.threads.to_string(),
            format!("{:.0}", r.environments.median),
            format!("{:.0}", r.peers.median),
            format!("{:.2}", r.ratio.median),
            format!("{:.2}", r.ratio.min),
            format!("{:.2}", r.ratio.max),
            format!("{:.1e}", r.off),
        ]
    };
    let head = ["peer", "threads", "environments", "peer", "ratio", "min", "max", "states differ by"];
    let text = format!(
        "\nBeside Python on the wall, no differences and no pushes (peers do physics only): {}\n\n{}",
        ready.packages,
        table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
    );
    Ok(Measured { text, json: serde_json::json!({ "packages": ready.packages, "rows": rows }) })
}

/// The world as its text has it, so that a text is all a peer needs.
fn plain(task: &Task) -> Task {
    let mut out = task.clone();
    let r = &mut out.randomise;
    (r.friction, r.trunk_mass, r.centre_of_mass) = ([1.0; 2], [0.0; 2], 0.0);
    (r.link_mass, r.gains, r.strength, r.armature) = ([1.0; 2], [1.0; 2], [1.0; 2], [1.0; 2]);
    (r.payload, r.payload_share, r.encoder_bias, r.latency_s) = ([0.0; 2], 0.0, 0.0, [0.0; 2]);
    r.damping = [0.0; 2];
    // Later than any turn is long.
    (out.pushes.every_s, out.pushes.speed, out.pushes.turn) = ([1e6; 2], [0.0; 2], 0.0);
    out
}

/// Writes what `peers/simulate.py` reads.
fn hand_over(walk: &Walk, folder: &Path) -> Result<()> {
    std::fs::write(folder.join("world.xml"), &walk.world.mjcf)?;
    let decisions = walk.ways.first().map_or(0, |w| w.ticks.len());
    let steps = walk.world.task.physics.steps_per_control;
    let sizes = serde_json::json!({ "environments": walk.ways.len(), "decisions": decisions, "steps": steps });
    std::fs::write(folder.join("sizes.json"), sizes.to_string())?;
    let write = |name: &str, values: &mut dyn Iterator<Item = f64>| {
        std::fs::write(folder.join(name), values.flat_map(f64::to_le_bytes).collect::<Vec<u8>>())
    };
    let ways = || walk.ways.iter();
    write("state", &mut ways().flat_map(|w| w.origin.qpos.iter().chain(&w.origin.qvel).copied()))?;
    write("warmstart", &mut ways().flat_map(|w| w.origin.qacc_warmstart.iter().copied()))?;
    let kp: Vec<f64> = walk.world.motors.iter().map(|m| m.kp).collect();
    let ticks = ways().flat_map(|w| &w.ticks);
    write("ctrl", &mut ticks.flat_map(|t| t.target.iter().zip(&kp).map(|(target, kp)| kp * f64::from(*target))))?;
    write("end", &mut walk.ends()?.into_iter().flatten())?;
    Ok(())
}
