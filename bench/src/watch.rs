//! A program watched while it runs: its time and the most memory it had.

use crate::Result;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// How often its memory is looked at. The kernel keeps the peak itself, so looking late loses only
/// what grows in a program's last moment.
const LOOK: Duration = Duration::from_millis(10);

/// What a program used.
#[derive(Debug)]
pub struct Used {
    pub status: ExitStatus,
    /// On the wall [s].
    pub seconds: f64,
    /// Of the processor [s]; `None` where there is no `/proc`.
    pub cpu_seconds: Option<f64>,
    /// Peak of resident memory [MB, 10^6 bytes]; `None` where there is no `/proc`.
    pub peak_mb: Option<f64>,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Result<Used> {
    let start = Instant::now();
    let mut child = command.spawn().map_err(|e| format!("cannot start {}: {e}", Path::new(command.get_program()).display()))?;
    let (mut peak_mb, mut cpu_seconds) = (None, None);
    let folder = Path::new("/proc").join(child.id().to_string());
    let look = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    loop {
        peak_mb = peak(&look("status")).or(peak_mb);
        cpu_seconds = cpu(&look("stat")).or(cpu_seconds);
        if let Some(status) = child.try_wait()? {
            return Ok(Used { status, seconds: start.elapsed().as_secs_f64(), cpu_seconds, peak_mb });
        }
        std::thread::sleep(LOOK);
    }
}

/// `VmHWM` of `/proc/PID/status` [MB]; a process that has ended has none.
fn peak(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

/// User and system time of `/proc/PID/stat` [s]: fields 14 and 15, counted behind the name, which
/// may itself hold spaces and brackets.
fn cpu(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / rustix::param::clock_ticks_per_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_by_hand() {
        assert_eq!(peak("Name:\tx\nVmHWM:\t  1000 kB\nVmRSS:\t 1 kB\n"), Some(1.024));
        assert_eq!(peak("Name:\tx\nState:\tZ (zombie)\n"), None);
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        assert_eq!(cpu("7 (a) b) S 1 2 3 4 5 6 7 8 9 10 300 200 0 0"), Some(500.0 / ticks));
        assert_eq!(cpu(""), None);
    }

    #[test]
    fn a_program_has_an_end() {
        let used = run(Command::new("sh").args(["-c", "exit 3"])).expect("sh");
        assert_eq!(used.status.code(), Some(3));
        assert!(run(&mut Command::new("/nowhere/at/all")).is_err());
    }
}
