//! The judge: an evaluator of docs/model.md that works from scratch each time, as clear as it could be made and never made fast.
//!
//! The engine is held against it on random models and visitors. It shares with the engine what reads events and models, and the
//! conversions that conditions inherit from JavaScript, which have tests of their own; how anything is evaluated it says itself.
//!
//! The set of events is the only source of truth. `history` finds what follows from them whatever the moment, `facts` what is true
//! at a moment (`signals`, `points`), `moment` and `stages` fold that over time, `actions` judges what to do now,
//! `explain` what comes next.

mod actions;
mod assess;
mod condition;
mod explain;
mod facts;
mod history;
mod moment;
mod points;
mod session;
mod signals;
mod stages;
mod traits;

pub use assess::{assess, document};
pub use condition::holds;
pub use explain::{next_change, to_mql};
