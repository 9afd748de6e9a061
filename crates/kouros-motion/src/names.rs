//! Names in messages: which ones exist, and which one was meant.

/// The names joined by commas, at most a dozen of them, then how many more there are.
pub fn list_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    const SHOWN: usize = 12;
    let all: Vec<S> = names.into_iter().collect();
    let mut text = all.iter().take(SHOWN).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if all.len() > SHOWN {
        text.push_str(&format!(", ... ({} in all)", all.len()));
    }
    text
}

/// The candidate with the smallest edit distance to `wanted`, letter case aside; `None` where
/// there is no candidate.
pub fn nearest_name<S: AsRef<str>>(wanted: &str, candidates: impl IntoIterator<Item = S>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (edit_distance(&wanted, &c.as_ref().to_lowercase()), c.as_ref().to_owned()))
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance in characters: insertions, deletions and substitutions count one.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_by_hand() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("pelvsi", "pelvis"), 2);
    }

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(nearest_name("pelvsi", ["torso_link", "pelvis", "head"]).as_deref(), Some("pelvis"));
        assert_eq!(nearest_name("x", Vec::<String>::new()), None);
    }
}
