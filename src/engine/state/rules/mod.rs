//! What follows from rules (docs/model.md, section 5): what each contributes, what fades of that, which matches a limit lets through, and how all of it adds up to scores.

pub mod contribution;
pub mod contributions;
pub mod fading;
pub mod limits;
pub mod lumps;
pub mod sums;
