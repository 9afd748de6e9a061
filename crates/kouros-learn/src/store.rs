//! Policies and checkpoints as files.
//!
//! Lives here: which arrays and facts they are made of. Does not: the bytes (`container.rs`).

use crate::adam::Adam;
use crate::container::Container;
use crate::mlp::Mlp;
use crate::normaliser::Normaliser;
use crate::policy::{Made, Policy};
use crate::ppo::Settings;
use crate::symmetric::{MirrorFile, Symmetric};
use crate::trainer::{Line, Trainer};
use crate::{Error, Result};
use kouros_sim::{Contract, Mirror, Task, World};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

const KIND: &str = "kouros";
const POLICY: &str = "policy 1";
const CHECKPOINT: &str = "checkpoint 2";

/// Doubles that must come back exactly, as JSON texts (the shortest that does).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counted {
    count: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl From<&Normaliser> for Counted {
    fn from(n: &Normaliser) -> Self {
        Self { count: n.count, mean: n.mean.clone(), variance: n.variance.clone() }
    }
}

impl Counted {
    fn normaliser(self, size: usize, path: &Path) -> Result<Normaliser> {
        let Self { count, mean, variance } = self;
        let good = |list: &[f64]| list.len() == size && list.iter().all(|v| v.is_finite());
        if !good(&mean) || !good(&variance) || !count.is_finite() || variance.iter().any(|v| *v < 0.0) {
            let message = format!("expected a normaliser of {size} finite numbers, found {} and {}", mean.len(), variance.len());
            return Err(Error::Format { path: path.display().to_string(), message });
        }
        Ok(Normaliser { count, mean, variance })
    }
}

impl Policy {
    /// Writes the policy to `path`: beside it first, then there in one step.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut c = Container::default();
        c.say(KIND, &POLICY)?;
        c.say("contract", &self.contract)?;
        c.say("contract_sha256", &self.contract.hash())?;
        c.say("made", &self.made)?;
        c.say("sizes", &self.actor.mlp.sizes())?;
        c.say("normaliser", &Counted::from(&self.sensed))?;
        for (name, mirror) in [("input_mirror", &self.actor.input), ("output_mirror", &self.actor.output)] {
            c.say(name, &MirrorFile { source: mirror.source.clone(), sign: mirror.sign.clone() })?;
        }
        for (l, (weights, biases)) in self.actor.mlp.layers().into_iter().enumerate() {
            let [inputs, outputs] = [self.actor.mlp.sizes()[l], self.actor.mlp.sizes()[l + 1]];
            c.arrays.insert(format!("layer.{l}.weight"), (vec![inputs, outputs], self.numbers[weights].to_vec()));
            c.arrays.insert(format!("layer.{l}.bias"), (vec![outputs], self.numbers[biases].to_vec()));
        }
        c.write(path)
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// A file that cannot be read, is no policy, was damaged, or contradicts itself.
    pub fn read(path: &Path) -> Result<Self> {
        let c = Container::read(path)?;
        let bad = |message: String| Error::Format { path: path.display().to_string(), message };
        expect_kind(&c, POLICY, path)?;
        let contract: Contract = c.fact("contract", path)?;
        let said: String = c.fact("contract_sha256", path)?;
        if said != contract.hash() {
            return Err(bad("its contract is not the one it was written with (their hashes differ)".into()));
        }
        let sizes: Vec<usize> = c.fact("sizes", path)?;
        let sensed: usize = contract.observation.iter().map(|t| t.size).fold(0, usize::saturating_add);
        let fits = sizes.len() >= 2 && sizes[0] == sensed && sizes[sizes.len() - 1] == contract.joints.len();
        if !fits || sizes.iter().any(|s| *s == 0 || *s > 1 << 20) {
            let want = format!("{sensed} numbers sensed and {} joints driven", contract.joints.len());
            return Err(bad(format!("expected a network for {want}, found sizes {sizes:?}")));
        }
        let mlp = Mlp::new(sizes[0], &sizes[1..sizes.len() - 1], sizes[sizes.len() - 1]);
        let mut numbers = Vec::new();
        for l in 0..sizes.len() - 1 {
            for (name, count) in [("weight", sizes[l].saturating_mul(sizes[l + 1])), ("bias", sizes[l + 1])] {
                let name = format!("layer.{l}.{name}");
                let values = c.array(&name, path)?;
                if values.len() != count || values.iter().any(|v| !v.is_finite()) {
                    return Err(bad(format!("array '{name}': expected {count} finite numbers, found {}", values.len())));
                }
                numbers.extend_from_slice(values);
            }
        }
        let mirror = |name: &str, size: usize| -> Result<Mirror> {
            let MirrorFile { source, sign } = c.fact(name, path)?;
            if source.len() != size || sign.len() != size || source.iter().any(|s| *s >= size) {
                return Err(bad(format!("'{name}': expected a mirror of {size} numbers")));
            }
            Ok(Mirror { source, sign })
        };
        let input = mirror("input_mirror", sizes[0])?;
        let output = mirror("output_mirror", sizes[sizes.len() - 1])?;
        let sensed = c.fact::<Counted>("normaliser", path)?.normaliser(sizes[0], path)?;
        let made: Made = c.fact("made", path)?;
        Ok(Self { contract, actor: Symmetric { mlp, input, output }, numbers, sensed, made })
    }
}

fn expect_kind(c: &Container, kind: &str, path: &Path) -> Result<()> {
    let found: String = c.fact(KIND, path)?;
    if found != kind {
        let message = format!("expected a Kouros {kind}, found a {found}");
        return Err(Error::Format { path: path.display().to_string(), message });
    }
    Ok(())
}

impl Trainer {
    /// Writes everything the run needs to go on: beside `path` first, then there in one step. Where
    /// [`Trainer::is_at_checkpoint`], going on gives the same bytes as never having stopped.
    ///
    /// # Errors
    /// The disk refuses; a checkpoint that was there stays.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut c = Container::default();
        c.say(KIND, &CHECKPOINT)?;
        c.say("seed", &self.seed())?;
        c.say("settings", self.settings())?;
        c.say("task", &self.world().task)?;
        c.say("contract_sha256", &Contract::of(self.world()).hash())?;
        c.say("log", self.line())?;
        c.say("rate", &self.learner.rate)?;
        c.say("sensed", &Counted::from(&self.sensed))?;
        c.say("known", &Counted::from(&self.known))?;
        for (name, numbers, adam) in [
            ("actor", &self.learner.actor_numbers, &self.learner.actor_adam),
            ("critic", &self.learner.critic_numbers, &self.learner.critic_adam),
        ] {
            c.put(name, numbers);
            c.put(&format!("{name}.adam.mean"), &adam.mean);
            c.put(&format!("{name}.adam.square"), &adam.square);
            c.say(&format!("{name}.adam.steps"), &adam.steps)?;
        }
        c.put("actor.mean_network", &self.mean);
        c.write(path)
    }

    /// Takes up a run where the checkpoint at `path` left it. `world`, `settings` and `seed` must
    /// be those it was begun with.
    ///
    /// # Errors
    /// A file that cannot be read or is no checkpoint, or is of another run: the message says what
    /// differs.
    pub fn resume(path: &Path, world: &Arc<World>, settings: &Settings, seed: u64) -> Result<Self> {
        let c = Container::read(path)?;
        expect_kind(&c, CHECKPOINT, path)?;
        let other =
            |what, found: String, expected: String| Error::OtherRun { path: path.display().to_string(), what, found, expected };
        let found: u64 = c.fact("seed", path)?;
        if found != seed {
            return Err(other("seed", found.to_string(), seed.to_string()));
        }
        let found: Settings = c.fact("settings", path)?;
        if found != *settings {
            return Err(other("learner's settings", format!("{found:?}"), format!("{settings:?}")));
        }
        let found: Task = c.fact("task", path)?;
        if found != world.task {
            return Err(other("task", first_difference(&found, &world.task).0, first_difference(&found, &world.task).1));
        }
        let (found, ours): (String, String) = (c.fact("contract_sha256", path)?, Contract::of(world).hash());
        if found != ours {
            return Err(other("contract (robot, gains, scales)", found, ours));
        }
        let mut out = Self::new(world, settings, seed)?;
        let list = |name: &str, count: usize| -> Result<Vec<f32>> {
            let values = c.array(name, path)?;
            if values.len() != count || values.iter().any(|v| !v.is_finite()) {
                let message = format!("array '{name}': expected {count} finite numbers, found {}", values.len());
                return Err(Error::Format { path: path.display().to_string(), message });
            }
            Ok(values.to_vec())
        };
        let adam = |name: &str, count: usize| -> Result<Adam> {
            let (mean, square) = (list(&format!("{name}.adam.mean"), count)?, list(&format!("{name}.adam.square"), count)?);
            Ok(Adam { mean, square, steps: c.fact(&format!("{name}.adam.steps"), path)? })
        };
        let l = &mut out.learner;
        let (actor, critic) = (l.actor_numbers.len(), l.critic_numbers.len());
        (l.actor_numbers, l.actor_adam) = (list("actor", actor)?, adam("actor", actor)?);
        (l.critic_numbers, l.critic_adam) = (list("critic", critic)?, adam("critic", critic)?);
        l.rate = c.fact("rate", path)?;
        out.mean = list("actor.mean_network", out.mean.len())?;
        let (sensed, known) = (out.sensed.mean.len(), out.known.mean.len());
        out.sensed = c.fact::<Counted>("sensed", path)?.normaliser(sensed, path)?;
        out.known = c.fact::<Counted>("known", path)?.normaliser(known, path)?;
        out.log = c.fact::<Line>("log", path)?;
        Ok(out)
    }
}

/// The first line that differs between two tasks, as each has it.
fn first_difference(a: &Task, b: &Task) -> (String, String) {
    let [a, b] = [a, b].map(|t| serde_json::to_string_pretty(t).unwrap_or_default());
    let pair = a.lines().zip(b.lines()).find(|(x, y)| x != y);
    pair.map_or((String::new(), String::new()), |(x, y)| (x.trim().into(), y.trim().into()))
}
