//! Which episodes go where: by kind, task, length, number, finding, or by lot.

use crate::{Error, Result};
use kouros_dataset::stream::Outline;
use std::collections::{BTreeMap, BTreeSet};

/// Which episodes are wanted; an empty list asks for nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Any of these kinds (`locomotion`, ...).
    pub kinds: Vec<String>,
    /// A task that has any of these texts in it, letter case aside.
    pub tasks: Vec<String>,
    /// At least so long [s].
    pub min_seconds: Option<f64>,
    /// At most so long [s].
    pub max_seconds: Option<f64>,
    /// Any of these numbers.
    pub episodes: Option<BTreeSet<usize>>,
    /// None of these numbers.
    pub without: BTreeSet<usize>,
}

impl Wanted {
    /// Whether an episode of a dataset at `fps` is.
    pub fn takes(&self, episode: &Outline, fps: f64) -> bool {
        let seconds = episode.length as f64 / fps;
        let task = episode.task.to_lowercase();
        let kind = episode.kind.as_deref();
        (self.kinds.is_empty() || self.kinds.iter().any(|k| Some(k.as_str()) == kind))
            && (self.tasks.is_empty() || self.tasks.iter().any(|t| task.contains(&t.to_lowercase())))
            && self.min_seconds.is_none_or(|s| seconds >= s)
            && self.max_seconds.is_none_or(|s| seconds <= s)
            && self.episodes.as_ref().is_none_or(|e| e.contains(&episode.index))
            && !self.without.contains(&episode.index)
    }
}

/// How a dataset is taken apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A part for every kind.
    Kind,
    /// A part for every task.
    Task,
    /// Parts by name, each with its share of the episodes (shares add up to at most 1), drawn by lot
    /// from this seed.
    Shares {
        /// Names and shares.
        shares: Vec<(String, f64)>,
        /// The seed.
        seed: u64,
    },
}

/// The parts by name, each with the numbers of its episodes; none is empty.
///
/// # Errors
/// Shares that are no shares, or that leave a part empty; no kinds are known.
pub fn apart(outline: &[Outline], by: &Part) -> Result<BTreeMap<String, BTreeSet<usize>>> {
    let mut parts: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    match by {
        Part::Kind => {
            for e in outline {
                let kind = e
                    .kind
                    .as_ref()
                    .ok_or_else(|| Error::Asked(format!("episode {} says no kind; --by task does not need one", e.index)))?;
                parts.entry(kind.clone()).or_default().insert(e.index);
            }
        }
        Part::Task => {
            for e in outline {
                parts.entry(file_name(&e.task)).or_default().insert(e.index);
            }
        }
        Part::Shares { shares, seed } => {
            let total: f64 = shares.iter().map(|(_, s)| s).sum();
            if shares.iter().any(|(_, s)| !(*s > 0.0 && *s <= 1.0)) || total > 1.0 + 1e-9 {
                return Err(Error::Asked(format!("expected shares from 0 to 1 of at most 1 together, found {total}")));
            }
            let mut order: Vec<usize> = outline.iter().map(|e| e.index).collect();
            order.sort_by_key(|&i| lot(*seed, i));
            let (mut from, mut sum) = (0, 0.0);
            for (name, share) in shares {
                sum += share;
                let to = ((sum * order.len() as f64).round() as usize).min(order.len());
                let numbers: BTreeSet<usize> = order.get(from..to).unwrap_or_default().iter().copied().collect();
                if numbers.is_empty() || parts.insert(name.clone(), numbers).is_some() {
                    return Err(Error::Asked(format!(
                        "part '{name}' stands twice or would get none of {} episodes",
                        order.len()
                    )));
                }
                from = to;
            }
        }
    }
    Ok(parts)
}

/// A number by lot (Steele and others 2014, SplitMix64).
fn lot(seed: u64, index: usize) -> u64 {
    let mut z = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A text as the name of a folder; texts that differ only in signs share one.
fn file_name(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|w| !w.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    if name.is_empty() { "no-task".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline() -> Vec<Outline> {
        let episode = |index: usize| Outline {
            index,
            length: 10 * (index + 1),
            task: ["Walk forward.", "pick it up"][index % 2].into(),
            kind: Some(["locomotion", "manipulation"][index % 2].into()),
        };
        (0..10).map(episode).collect()
    }

    #[test]
    fn every_episode_is_in_one_part() {
        let shares = vec![("train".to_owned(), 0.8), ("test".to_owned(), 0.2)];
        let by = |seed| apart(&outline(), &Part::Shares { shares: shares.clone(), seed }).expect("parts");
        let parts = by(1);
        assert_eq!((parts["train"].len(), parts["test"].len()), (8, 2));
        assert!(parts["train"].is_disjoint(&parts["test"]));
        assert_eq!(parts, by(1));
        assert!((2..9).any(|seed| by(seed) != parts));
        let tasks = apart(&outline(), &Part::Task).expect("parts");
        assert_eq!(tasks.keys().collect::<Vec<_>>(), ["pick-it-up", "walk-forward"]);
        let bad = Part::Shares { shares: vec![("a".into(), 0.8), ("b".into(), 0.4)], seed: 0 };
        assert!(apart(&outline(), &bad).is_err());
    }

    #[test]
    fn wishes_are_all_held() {
        let wanted = Wanted { kinds: vec!["locomotion".into()], min_seconds: Some(1.0), ..Wanted::default() };
        let taken: Vec<usize> = outline().iter().filter(|e| wanted.takes(e, 50.0)).map(|e| e.index).collect();
        assert_eq!(taken, [4, 6, 8]);
        let wanted = Wanted { tasks: vec!["PICK".into()], without: BTreeSet::from([1, 3]), ..Wanted::default() };
        assert_eq!(outline().iter().filter(|e| wanted.takes(e, 50.0)).map(|e| e.index).collect::<Vec<_>>(), [5, 7, 9]);
    }
}
