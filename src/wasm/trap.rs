//! Traps, on demand: for the tests of recovery alone. The feature `trap` brings it, and no build of the package has that.

use super::visitor::Visitor;
use wasm_bindgen::prelude::*;

/// Traps so many calls deep, each of which has a kilobyte of the stack.
#[wasm_bindgen]
pub fn trap(depth: u32) {
    let mut room = [0_u8; 1024];
    // What is on the stack must be there when the trap comes.
    core::hint::black_box(&mut room);
    if depth == 0 {
        std::process::abort();
    }
    trap(depth - 1);
    core::hint::black_box(&room);
}

#[wasm_bindgen]
impl Visitor {
    /// Traps while the visitor is being changed.
    pub fn trap(&self) {
        let _changing = self.state_mut();
        std::process::abort();
    }
}
