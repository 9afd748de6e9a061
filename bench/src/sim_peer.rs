//! Python stepping the same physics, timed in its own process beside our environments.
//!
//! Lives here: what is handed over, the turns, the table. Does not: the peers, which are in the
//! Python that the person who measures names; nothing here fetches or installs them.

use crate::clock::Spread;
use crate::simulate::{Args, Walk};
use crate::table::table;
use crate::{Measured, Result};
use kouros_learn::Policy;
use kouros_robot::Robot;
use kouros_sim::{Task, World};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/simulate.py");

/// The Python, with the walk loaded.
pub struct Peer {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it says besides, in a file: a pipe that nobody empties would stop it.
    talk: File,
}

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
    let (mut peer, ready) = Peer::start(python, folder.path())?;
    let decisions = walk.ways.iter().map(|w| w.ticks.len()).sum::<usize>() as f64;
    let mut rows = Vec::new();
    for &threads in args.threads() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        for name in &ready.peers {
            // A vector of processes takes the cores it finds.
            if name.contains("Async") && threads == 1 {
                continue;
            }
            peer.pass(name, threads)?;
            let (mut ours, mut theirs, mut off) = (Vec::new(), Vec::new(), 0.0f64);
            for _ in 0..args.runs() {
                ours.push(decisions / walk.environments(&pool)?.seconds);
                let passed = peer.pass(name, threads)?;
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

impl Peer {
    /// Starts it on what `folder` holds.
    fn start(python: &Path, folder: &Path) -> Result<(Self, Ready)> {
        let talk = tempfile::tempfile()?;
        let mut command = Command::new(python);
        command.arg(DRIVER).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(talk.try_clone()?);
        let mut child = command.spawn().map_err(|e| format!("cannot start {}: {e}", python.display()))?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes to the peer".into());
        };
        let mut peer = Self { child, ask, answers: BufReader::new(answers), talk };
        let ready = peer.answer()?;
        Ok((peer, ready))
    }

    /// Does the walk once.
    fn pass(&mut self, name: &str, threads: usize) -> Result<Passed> {
        writeln!(self.ask, "{}", serde_json::json!({ "peer": name, "threads": threads }))?;
        self.ask.flush()?;
        self.answer()
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            let mut said = String::new();
            self.talk.rewind()?;
            self.talk.read_to_string(&mut said)?;
            let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it said nothing");
            return Err(format!("the peer ended: {}", last.trim()).into());
        }
        Ok(serde_json::from_str(&line).map_err(|e| format!("expected an answer of {DRIVER}, found {line:?}: {e}"))?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself when its input does; a process that still computes must not outlive us.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
