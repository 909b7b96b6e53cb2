//! Forms that take little room: running state is kept for many visitors, and most of what it holds is small, or not there.

pub mod bits;
pub mod numbers;
pub mod pages;
pub mod values;
