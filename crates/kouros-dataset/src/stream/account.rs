//! What a conversion could not carry, and what it changed: said once each, with how often.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The account of a conversion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    lost: BTreeMap<(String, String), usize>,
    changed: BTreeMap<(String, String), usize>,
}

impl Account {
    /// `what` is not in the output, for this reason. Said again, it is counted.
    pub fn lost(&mut self, what: impl Into<String>, why: impl Into<String>) {
        *self.lost.entry((what.into(), why.into())).or_default() += 1;
    }

    /// `what` is in the output in another form: which one.
    pub fn changed(&mut self, what: impl Into<String>, how: impl Into<String>) {
        *self.changed.entry((what.into(), how.into())).or_default() += 1;
    }

    /// Takes over another account.
    pub fn add(&mut self, other: Self) {
        for (from, to) in [(other.lost, &mut self.lost), (other.changed, &mut self.changed)] {
            from.into_iter().for_each(|(words, count)| *to.entry(words).or_default() += count);
        }
    }

    /// What was not carried: what, why, how often.
    pub fn losses(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.lost.iter().map(|((what, why), n)| (what.as_str(), why.as_str(), *n))
    }

    /// What was changed: what, how, how often.
    pub fn changes(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.changed.iter().map(|((what, how), n)| (what.as_str(), how.as_str(), *n))
    }

    /// Both lists.
    pub fn json(&self) -> Value {
        let lost: Vec<_> = self.losses().map(|(what, why, times)| json!({ "what": what, "why": why, "times": times })).collect();
        let changed: Vec<_> =
            self.changes().map(|(what, how, times)| json!({ "what": what, "how": how, "times": times })).collect();
        json!({ "not_carried": lost, "changed": changed })
    }

    /// One sentence each, losses first.
    pub fn sentences(&self) -> Vec<String> {
        let times = |n: usize| if n > 1 { format!(" ({n} times)") } else { String::new() };
        let lost = self.losses().map(|(what, why, n)| format!("not carried: {what}: {why}{}", times(n)));
        lost.chain(self.changes().map(|(what, how, n)| format!("changed: {what}: {how}{}", times(n)))).collect()
    }
}
