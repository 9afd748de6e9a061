//! What a place asks of a body: its measures, as a TOML file lists them.
//!
//! Lives here: the file's words. Does not: how a body meets them (`judge.rs`).

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What is asked, in metres.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// To go through, as one stands and with something carried in both hands.
    Doorway {
        /// Clear width.
        width: f64,
        /// Clear height.
        height: f64,
        /// Breadth of what is carried.
        carry: f64,
    },
    /// To turn round in.
    Corridor {
        /// Clear width.
        width: f64,
    },
    /// To reach something on a level surface from before it: a counter, a table, a shelf, the floor.
    Surface {
        /// Height of the surface.
        height: f64,
        /// How far behind the front edge.
        depth: f64,
    },
    /// To go up and down.
    Stair {
        /// Height of a step.
        rise: f64,
        /// Depth of a step from nosing to nosing.
        run: f64,
    },
    /// To sit down on and rise from.
    Seat {
        /// Height of the seat.
        height: f64,
    },
    /// To climb.
    Ladder {
        /// From rung to rung.
        spacing: f64,
    },
    /// To step over a sill and stoop under a beam: a car's door.
    Opening {
        /// Height of the sill.
        sill: f64,
        /// Height of the beam.
        height: f64,
    },
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where its measures come from.
    pub source: Option<String>,
    /// What it asks.
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    place: Vec<toml::Table>,
}

/// No measure of a place is smaller or larger [m].
const MEASURES: [f64; 2] = [0.0, 10.0];
/// No file has more places.
const MOST_PLACES: usize = 1000;

/// The places that come with Kouros (`places/home.toml`).
///
/// # Errors
/// The project's own file cannot be parsed.
pub fn home() -> Result<Vec<Place>> {
    read_places("home.toml", include_str!("../../../places/home.toml"))
}

/// Reads the text of a file of places; `path` is for messages.
///
/// # Errors
/// Text that is not TOML, a word or kind that does not exist (the message lists the known), a measure
/// no place has, no place at all.
pub fn read_places(path: &str, text: &str) -> Result<Vec<Place>> {
    let bad = |message: String| Error::Places { path: path.into(), message };
    let file: File = toml::from_str(text).map_err(|e| bad(e.to_string().trim_end().into()))?;
    if file.place.is_empty() || file.place.len() > MOST_PLACES {
        return Err(bad(format!("expected 1 to {MOST_PLACES} places ([[place]]), found {}", file.place.len())));
    }
    let mut places = Vec::new();
    for (i, mut table) in file.place.into_iter().enumerate() {
        let mut word = |key: &str| match table.remove(key) {
            None => Ok(None),
            Some(toml::Value::String(s)) => Ok(Some(s)),
            Some(other) => Err(bad(format!("place {}: expected a text for {key}, found {other}", i + 1))),
        };
        let (name, source) = (word("name")?, word("source")?);
        let name = name.ok_or_else(|| bad(format!("place {} has no name", i + 1)))?;
        for (key, value) in table.iter().filter(|(key, _)| *key != "kind") {
            let measure = value.as_float().or_else(|| value.as_integer().map(|v| v as f64));
            if !measure.is_some_and(|v| (MEASURES[0]..=MEASURES[1]).contains(&v)) {
                return Err(bad(format!("place '{name}': {key}: expected 0 to {} m, found {value}", MEASURES[1])));
            }
        }
        let kind: Kind = table.try_into().map_err(|e: toml::de::Error| bad(format!("place '{name}': {}", e.message())))?;
        places.push(Place { name, source, kind });
    }
    Ok(places)
}

impl Kind {
    /// What is asked, in words.
    pub fn words(&self) -> String {
        let cm = |v: &f64| format!("{:.0} cm", v * 100.0);
        match self {
            Self::Doorway { width, height, carry } => {
                format!("{} wide, {} high, carrying {}", cm(width), cm(height), cm(carry))
            }
            Self::Corridor { width } => format!("turn round in {}", cm(width)),
            Self::Surface { height, depth } => format!("reach {} high, {} behind the edge", cm(height), cm(depth)),
            Self::Stair { rise, run } => format!("rise {}, run {}", cm(rise), cm(run)),
            Self::Seat { height } => format!("seat {} high", cm(height)),
            Self::Ladder { spacing } => format!("rungs {} apart", cm(spacing)),
            Self::Opening { sill, height } => format!("sill {}, beam {}", cm(sill), cm(height)),
        }
    }
}
