//! Why a score is what it is.

pub mod receipt;

pub use receipt::{Line, Receipt};
