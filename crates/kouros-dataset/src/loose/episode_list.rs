//! The lists of episodes and tasks: Parquet in v3, JSON lines in v2.

use super::{ListedEpisode, Loose, Topic, Trouble, template};
use crate::layout::{EPISODES, TASKS, tables};
use crate::table::Table;
use crate::{Error, Result};
use serde_json::Value;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The longest line of JSON that is read [bytes].
const LONGEST_LINE: u64 = 1 << 26;

/// Fills in tasks and episodes.
pub(super) fn read(set: &mut Loose) -> Result<()> {
    if set.info.major == 2 { read_v2(set) } else { read_v3(set) }
}

fn read_v3(set: &mut Loose) -> Result<()> {
    let path = set.root.join(TASKS);
    if path.is_file() {
        match tasks_v3(&path) {
            Ok(tasks) => set.tasks = tasks,
            Err(e) => set.troubles.push(told(Topic::Tasks, TASKS, e)?),
        }
    } else if set.info.total_tasks.is_none_or(|n| n > 0) {
        set.troubles.push(Trouble::new(Topic::Tasks, TASKS, "the table of tasks", "none"));
    }
    let numbers: HashMap<String, usize> = set.tasks.iter().enumerate().filter_map(|(i, t)| t.clone().map(|t| (t, i))).collect();
    let files: HashMap<_, usize> = set.files.iter().enumerate().map(|(i, f)| (f.clone(), i)).collect();
    let found = tables(&set.root, EPISODES)?;
    if found.is_empty() {
        set.troubles.push(Trouble::new(Topic::EpisodeList, EPISODES, "the tables of episodes", "none"));
    }
    for path in found {
        let place = path.strip_prefix(&set.root).unwrap_or(&path).display().to_string();
        if let Err(e) = episodes_v3(set, &path, &place, &numbers, &files) {
            let trouble = told(Topic::EpisodeList, &place, e)?;
            set.troubles.push(trouble);
        }
    }
    Ok(())
}

/// A malformed file as a trouble; a disk that refuses stays an error.
fn told(topic: Topic, place: &str, error: Error) -> Result<Trouble> {
    match error {
        Error::Malformed { expected, found, .. } => Ok(Trouble::new(topic, place, expected, found)),
        other => Err(other),
    }
}

fn tasks_v3(path: &Path) -> Result<Vec<Option<String>>> {
    let table = Table::open(path)?;
    let numbers = table.counts("task_index")?;
    let column = if table.has("task") { "task" } else { "__index_level_0__" };
    let texts = table.texts(column)?;
    let mut tasks: Vec<Option<String>> = vec![None; numbers.len()];
    for (number, text) in numbers.into_iter().zip(texts) {
        if let (Some(place), Some(text)) = (tasks.get_mut(number), text.into_iter().next()) {
            *place = Some(text);
        }
    }
    Ok(tasks)
}

fn episodes_v3(
    set: &mut Loose,
    path: &Path,
    place: &str,
    tasks: &HashMap<String, usize>,
    files: &HashMap<std::path::PathBuf, usize>,
) -> Result<()> {
    let table = Table::open(path)?;
    let (numbers, lengths) = (table.counts("episode_index")?, table.counts("length")?);
    let mut optional = |name: &str| -> Option<Vec<usize>> {
        match table.counts(name) {
            Ok(values) => Some(values),
            Err(e) => {
                set.troubles.push(Trouble::new(Topic::EpisodeList, place, format!("a column '{name}'"), e.to_string()));
                None
            }
        }
    };
    let (chunks, numbers_in) = (optional("data/chunk_index"), optional("data/file_index"));
    let (from, to) = (optional("dataset_from_index"), optional("dataset_to_index"));
    let texts = if table.has("tasks") { table.texts("tasks").ok() } else { None };
    for row in 0..numbers.len() {
        let at = |list: &Option<Vec<usize>>| list.as_ref().and_then(|l| l.get(row)).copied();
        let index = numbers[row];
        let mut file = None;
        if let (Some(chunk), Some(number)) = (at(&chunks), at(&numbers_in))
            && let Ok(path) = template::filled(&set.info.data_path, &[("chunk_index", chunk), ("file_index", number)])
        {
            file = files.get(&path).copied();
            if file.is_none() {
                let found = "no such file";
                set.troubles.push(Trouble::new(Topic::File, place, path.display().to_string(), found).of(index));
            }
        }
        let first = texts.as_ref().and_then(|t| t.get(row)?.first());
        set.episodes.push(ListedEpisode {
            index,
            length: lengths[row],
            task: first.and_then(|t| tasks.get(t).copied()),
            frames: at(&from).zip(at(&to)),
            file,
        });
    }
    Ok(())
}

fn read_v2(set: &mut Loose) -> Result<()> {
    let mut tasks: Vec<Option<String>> = Vec::new();
    let mut odd = Vec::new();
    each_line(set, "meta/tasks.jsonl", Topic::Tasks, &mut |number, line| {
        let task = line.get("task").and_then(Value::as_str);
        match (line.get("task_index").and_then(Value::as_u64), task) {
            // A number beyond the lines there are is no place in a list.
            (Some(at), Some(task)) if at <= number as u64 + (1 << 20) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                if tasks.len() <= at {
                    tasks.resize(at + 1, None);
                }
                tasks[at] = Some(task.to_owned());
            }
            _ => odd.push((number, "a task_index and a task")),
        }
    })?;
    set.tasks = tasks;
    push_odd(set, "meta/tasks.jsonl", Topic::Tasks, odd);

    let numbers: HashMap<String, usize> = set.tasks.iter().enumerate().filter_map(|(i, t)| t.clone().map(|t| (t, i))).collect();
    let files: HashMap<_, usize> = set.files.iter().enumerate().map(|(i, f)| (f.clone(), i)).collect();
    let (chunk, data_path) = (set.info.chunks_size, set.info.data_path.clone());
    let (mut episodes, mut odd, mut missing, mut next) = (Vec::new(), Vec::new(), Vec::new(), 0usize);
    each_line(set, "meta/episodes.jsonl", Topic::EpisodeList, &mut |number, line| {
        let count = |name: &str| line.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (Some(index), Some(length)) = (count("episode_index"), count("length")) else {
            odd.push((number, "an episode_index and a length"));
            return;
        };
        let first = line.get("tasks").and_then(|t| t.get(0)).and_then(Value::as_str);
        let path = template::filled(&data_path, &[("episode_chunk", index / chunk), ("episode_index", index)]);
        let file = path.as_ref().ok().and_then(|p| files.get(p).copied());
        if let (None, Ok(path)) = (file, &path) {
            missing.push((index, path.display().to_string()));
        }
        let frames = Some((next, next.saturating_add(length)));
        next = next.saturating_add(length);
        episodes.push(ListedEpisode { index, length, task: first.and_then(|t| numbers.get(t).copied()), frames, file });
    })?;
    set.episodes = episodes;
    push_odd(set, "meta/episodes.jsonl", Topic::EpisodeList, odd);
    for (index, path) in missing {
        set.troubles.push(Trouble::new(Topic::File, "meta/episodes.jsonl", path, "no such file").of(index));
    }
    Ok(())
}

fn push_odd(set: &mut Loose, place: &str, topic: Topic, odd: Vec<(usize, &'static str)>) {
    for (line, expected) in odd {
        set.troubles.push(Trouble::new(topic, place, format!("{expected} in line {}", line + 1), "something else"));
    }
}

/// Calls `each` with the number and value of every line of JSON.
fn each_line(set: &mut Loose, name: &str, topic: Topic, each: &mut dyn FnMut(usize, &Value)) -> Result<()> {
    let path = set.root.join(name);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            set.troubles.push(Trouble::new(topic, name, "the list", "no such file"));
            return Ok(());
        }
        Err(e) => return Err(Error::io("read", &path)(e)),
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for number in 0.. {
        line.clear();
        let read = std::io::Read::take(&mut reader, LONGEST_LINE).read_until(b'\n', &mut line);
        if read.map_err(Error::io("read", &path))? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(value) => each(number, &value),
            Err(e) => {
                let expected = format!("JSON in line {}", number + 1);
                set.troubles.push(Trouble::new(topic, name, expected, e.to_string()));
            }
        }
    }
    Ok(())
}
