//! `kouros formats`: which files are read, and what of them.
//!
//! Lives here: the tables. Does not: their rows, each of which stands beside its format's reader.

use crate::exit::{Exit, Result};
use crate::inputs::formats;
use crate::talk::{Align, give, give_json, table};
use kouros_motion::{FormatFacts, Whose};

/// List the file formats that are read, and what is read of each.
#[derive(Debug, clap::Args)]
#[command(after_help = "What is written: --format of `kouros retarget`. The layouts are in docs/formats.")]
pub struct Args {
    /// As JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// As Markdown: the tables of docs/formats/README.md
    #[arg(long)]
    markdown: bool,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let rows = formats();
    if args.json {
        give_json(&rows)?;
    } else if args.markdown {
        give(&in_markdown(&rows))?;
    } else {
        give(&in_words(&rows))?;
    }
    Ok(Exit::Done)
}

fn endings(f: &FormatFacts) -> String {
    f.all_endings().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" ")
}

/// A table for a terminal: what people ask first.
fn in_words(rows: &[FormatFacts]) -> String {
    let head = ["format", "endings", "rotations", "contacts", "objects", "rate", "unit", "up axis"].map(|h| (h, Align::Left));
    let line = |f: &FormatFacts| {
        let cells = [f.title, &endings(f), f.rotations, f.contacts, f.objects, f.rate, f.unit, f.up_axis];
        cells.map(|c| c.replace('`', "")).to_vec()
    };
    table(&head, &rows.iter().map(line).collect::<Vec<_>>())
}

/// A column: its head, and its cell of a row.
type Column = (&'static str, fn(&FormatFacts) -> String);

/// What is read, then where the rest is from.
const TABLES: [&[Column]; 2] = [
    &[
        ("format", |f| format!("[{}]({})", f.title, f.page)),
        ("endings", |f| f.all_endings().map(|e| format!("`.{e}`")).collect::<Vec<_>>().join(" ")),
        ("rotations", |f| f.rotations.into()),
        ("positions", |f| f.positions.into()),
        ("contacts", |f| f.contacts.into()),
        ("objects", |f| f.objects.into()),
    ],
    &[
        ("format", |f| f.title.into()),
        ("rate", |f| f.rate.into()),
        ("unit", |f| f.unit.into()),
        ("up axis", |f| f.up_axis.into()),
        ("inferred besides", |f| f.inferred.into()),
        ("refused", |f| f.refused.into()),
    ],
];

/// The page docs/formats/README.md.
fn in_markdown(rows: &[FormatFacts]) -> String {
    let mut out = String::from(
        "# Formats\n\n\
         What Kouros reads, by `kouros formats --markdown`; a test holds this page to that command. Each\n\
         format's layout is on its own page. Bytes decide which format a file is in, its ending votes.\n\
         Everything that is inferred is told with its numbers and has a flag that overrides it; so has the\n\
         rate of every format (`--source-rate`), the unit (`--unit`) and the up axis (`--up`).\n",
    );
    for (whose, title) in [(Whose::Person, "People's motions, which are retargeted"), (Whose::Robot, "Robots' own motions")] {
        let rows: Vec<&FormatFacts> = rows.iter().filter(|f| f.whose == whose).collect();
        if rows.is_empty() {
            continue;
        }
        out += &format!("\n## {title}\n");
        for columns in TABLES {
            let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
            out += "\n";
            out += &line(columns.iter().map(|c| c.0.to_owned()).collect());
            out += &line(vec!["---".into(); columns.len()]);
            for row in &rows {
                out += &line(columns.iter().map(|c| c.1(row)).collect());
            }
        }
    }
    out += "\n## What is written\n\n\
            A [LeRobot v3.0 dataset](lerobot-v3.md), the [36-column CSV](csv-36.md) of Unitree's LAFAN1 set, the\n\
            [motion npz](motion-npz.md) of mjlab and BeyondMimic; and of any clip, its main joints'\n\
            [positions](joint-positions.md).\n";
    out
}
