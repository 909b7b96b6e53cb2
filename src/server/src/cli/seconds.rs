//! Times that were hardly meant: seconds, taken for milliseconds, lie in the first weeks of 1970, and all that they count has faded.

use std::ops::Range;
use warmlead::value::Value;

/// Milliseconds that are more likely seconds: those of the years 2001 to 2096.
const SECONDS: Range<f64> = 1e9..4e9;

/// Whether it has been said that times look like seconds.
#[derive(Default)]
pub struct Seconds {
    said: bool,
}

impl Seconds {
    /// What is to be said of an event's time: once, if it looks like seconds.
    pub fn look(&mut self, event: &Value) -> Option<String> {
        let time = event.as_object()?.get("time")?.as_number()?;
        if self.said || !SECONDS.contains(&time) {
            return None;
        }
        self.said = true;
        Some(format!("`time` is {time}, which is early in 1970; times are milliseconds, and these look like seconds"))
    }
}
