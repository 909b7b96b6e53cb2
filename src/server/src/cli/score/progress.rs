//! How far a long read has come, said on standard error while a person watches it.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// A line on the terminal that is written over and over.
pub struct Progress {
    watched: bool,
    start: Instant,
    last: Instant,
    shown: bool,
    total: Option<u64>,
    bytes: u64,
    lines: u64,
}

impl Progress {
    /// Nothing has been read; `total` is the size of the input in bytes, if it is known.
    pub fn new(total: Option<u64>) -> Progress {
        let now = Instant::now();
        Progress { watched: stderr().is_terminal(), start: now, last: now, shown: false, total, bytes: 0, lines: 0 }
    }

    /// A line has been read.
    pub fn line(&mut self, bytes: usize) {
        self.bytes += bytes as u64 + 1;
        self.lines += 1;
        // A look at the clock per line would cost more than it tells.
        if self.watched && self.lines.is_multiple_of(256) && self.last.elapsed() > Duration::from_millis(250) {
            self.show();
        }
    }

    fn show(&mut self) {
        self.last = Instant::now();
        let seconds = self.start.elapsed().as_secs_f64();
        if seconds < 1.0 {
            return;
        }
        const MIB: f64 = 1024.0 * 1024.0;
        let rate = self.bytes as f64 / seconds;
        let mut line = format!("{:.0} MiB, {} lines, {:.1} MiB/s", self.bytes as f64 / MIB, self.lines, rate / MIB);
        if let Some(total) = self.total.filter(|total| *total >= self.bytes) {
            let left = (total - self.bytes) as f64 / rate;
            line += &format!(", {:.0} %, {left:.0} s left", 100.0 * self.bytes as f64 / total as f64);
        }
        self.shown = true;
        // The line is a courtesy: if it can't be written, the work goes on.
        _ = write!(stderr(), "\r\x1b[K{line}");
    }

    /// Takes the line away, so that something else can be said.
    pub fn clear(&mut self) {
        if self.shown {
            _ = write!(stderr(), "\r\x1b[K");
            self.shown = false;
        }
    }
}
