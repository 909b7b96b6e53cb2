//! Golden cases: events, a time, and what must hold of the assessment then (`docs/testing-models.md`).
//!
//! How a case is written is in [`case`], how an answer is compared in [`expect`]; `warmlead test` and this project's own tests use both.
//! It knows no files and no terminal, and nothing of what the right answers are: those stand in the cases, reasoned by hand.

pub mod case;
pub mod expect;

pub use case::{Case, Given, read_cases};
pub use expect::{Difference, differences};
