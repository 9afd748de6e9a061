//! How a training run goes, told while it goes: one living line on a terminal, plain lines
//! elsewhere.

use crate::talk::say;
use indicatif::{ProgressBar, ProgressStyle};
use kouros_learn::Line;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Plain lines come this often.
const EVERY: Duration = Duration::from_secs(20);

/// Tells.
pub struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    first_steps: u64,
    told: Instant,
    minutes: Option<f64>,
}

impl Progress {
    /// Begins where the run stands.
    pub fn new(minutes: Option<f64>, steps: Option<u64>, line: &Line) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| {
            let length = steps.or(minutes.map(|m| (m * 60.0) as u64));
            let bar = length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            if let Ok(style) = ProgressStyle::with_template("{bar:20} {elapsed} gone  {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, begun: now, first_steps: line.steps, told: now - EVERY, minutes: minutes.filter(|_| steps.is_none()) }
    }

    /// Tells of an iteration.
    pub fn tell(&mut self, line: &Line) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let rate = (line.steps - self.first_steps) as f64 / seconds.max(1e-9);
        let words = format!(
            "{:.2} M steps ({rate:.0}/s)  reward {:.3}  lasts {:.0} %  velocity {:.2} m/s off  turn {:.2} rad/s off  level {:.2}",
            line.steps as f64 * 1e-6,
            line.reward,
            line.length * 100.0,
            line.velocity_error,
            line.turn_error,
            line.level
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(if self.minutes.is_some() { seconds as u64 } else { line.steps });
                bar.set_message(words);
            }
            None if self.told.elapsed() >= EVERY => {
                say(&format!("{seconds:.0} s  {words}"));
                self.told = Instant::now();
            }
            None => {}
        }
    }

    /// Clears the living line.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
