//! The tasks of a dataset: each text once, numbered in the order they come.

use crate::Result;
use crate::table_writer::{Values, write_table};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;

/// The task texts and their numbers.
pub(crate) struct Tasks {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Tasks {
    /// Those a dataset has already.
    pub fn new(there: &[String]) -> Self {
        let texts = there.to_vec();
        let numbers = texts.iter().enumerate().map(|(i, t)| (t.clone(), i)).collect();
        Self { texts, numbers }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// The number of a task, a new one where it has none yet.
    pub fn number(&mut self, task: &str) -> usize {
        *self.numbers.entry(task.to_owned()).or_insert_with(|| {
            self.texts.push(task.to_owned());
            self.texts.len() - 1
        })
    }

    /// The tasks as lines of JSON, as v2 has them.
    pub fn lines(&self) -> String {
        let line = |(number, task)| json!({ "task_index": number, "task": task }).to_string() + "\n";
        self.texts.iter().enumerate().map(line).collect()
    }

    /// Loaders take the table as pandas does, with the text as the index: without this description
    /// every task would be a number to them.
    pub fn write(&self, path: &Path) -> Result<()> {
        let tasks = &self.texts;
        let column = |name: &str, pandas: &str, numpy: &str| json!({ "name": name, "field_name": name, "pandas_type": pandas, "numpy_type": numpy, "metadata": null });
        let about = json!({
            "index_columns": ["task"],
            "column_indexes": [],
            "columns": [column("task_index", "int64", "int64"), column("task", "unicode", "object")],
            "pandas_version": "2.0.0",
        });
        let columns = [
            ("task_index".to_owned(), Values::I64((0..tasks.len() as i64).collect())),
            ("task".to_owned(), Values::Text(tasks.iter().map(String::as_str).collect())),
        ];
        write_table(path, &columns, Some(("pandas", about.to_string())))
    }
}
