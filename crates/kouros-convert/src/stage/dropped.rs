//! Without some features.

use crate::{Error, Result, Source};
use kouros_dataset::stream::{Account, Head, Recording};

/// A source without some of its streams and cameras.
pub struct Dropped {
    inner: Box<dyn Source>,
    head: Head,
    streams: Vec<bool>,
    cameras: Vec<bool>,
    account: Account,
}

impl Dropped {
    /// Leaves these out.
    ///
    /// # Errors
    /// There is no feature of a name.
    pub fn new(inner: Box<dyn Source>, names: &[String]) -> Result<Self> {
        let mut head = inner.head().clone();
        let mut account = Account::default();
        for name in names {
            let there = head.streams.iter().map(|s| &s.name).chain(head.cameras.iter().map(|c| &c.name));
            if !there.clone().any(|n| n == name) {
                return Err(Error::NoFeature { name: name.clone(), available: there.cloned().collect() });
            }
            account.lost(format!("feature '{name}'"), "it was asked to be left out");
        }
        let streams: Vec<bool> = head.streams.iter().map(|s| !names.contains(&s.name)).collect();
        let cameras: Vec<bool> = head.cameras.iter().map(|c| !names.contains(&c.name)).collect();
        head.streams.retain(|s| !names.contains(&s.name));
        head.cameras.retain(|c| !names.contains(&c.name));
        Ok(Self { inner, head, streams, cameras, account })
    }
}

impl Source for Dropped {
    fn head(&self) -> &Head {
        &self.head
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        let Some(mut episode) = self.inner.next_episode()? else { return Ok(None) };
        let mut keep = self.streams.iter();
        episode.columns.retain(|_| keep.next().copied().unwrap_or(false));
        let mut keep = self.cameras.iter();
        episode.footage.retain(|_| keep.next().copied().unwrap_or(false));
        Ok(Some(episode))
    }

    fn account(&mut self) -> Account {
        let mut account = std::mem::take(&mut self.account);
        account.add(self.inner.account());
        account
    }
}
