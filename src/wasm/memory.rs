//! Memory: small pieces from lists of free ones, one list for each sixteen bytes of size; large pieces from talc.
//!
//! Loading a model gives out some thousands of pieces. A general allocator does so much for each that an engine optimises it while the model loads, which costs more than
//! the load saves; here, it is a few instructions. What was small stays small: such a piece is given out again, never joined with its neighbours.
//!
//! The one place where this crate is unsafe, and there is no other way to give out memory; natively, all of it forbids that.
#![allow(unsafe_code)]

use core::arch::wasm32::unreachable;
use core::cell::Cell;
use core::ptr::{NonNull, copy_nonoverlapping, null_mut};
use std::alloc::{GlobalAlloc, Layout};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

/// Sizes are rounded up to so many bytes, which is what every piece is aligned to.
const UNIT: usize = 16;

/// The largest small piece, in units.
const UNITS: usize = 16;

/// How many bytes are taken at once, to be divided into small pieces.
const BLOCK: usize = 8192;

/// Gives out memory.
pub struct Memory {
    /// For each number of units, the first free piece; each has the next in its first bytes.
    free: [Cell<*mut u8>; UNITS + 1],
    /// What is left of the last block.
    rest: Cell<*mut u8>,
    left: Cell<usize>,
    large: WasmDynamicTalc,
}

// SAFETY: as for talc, which refuses to compile otherwise: there is one thread, and nothing interrupts it.
unsafe impl Sync for Memory {}

/// How many units a small piece has; `None` if it isn't small.
fn units(layout: Layout) -> Option<usize> {
    let units = layout.size().div_ceil(UNIT);
    if units <= UNITS && layout.align() <= UNIT { Some(units) } else { None }
}

impl Memory {
    /// None given out.
    pub const fn new() -> Memory {
        Memory {
            free: [const { Cell::new(null_mut()) }; UNITS + 1],
            rest: Cell::new(null_mut()),
            left: Cell::new(0),
            large: new_wasm_dynamic_allocator(),
        }
    }

    /// The first so many bytes of a new block.
    #[cold]
    fn begin_block(&self, size: usize) -> NonNull<u8> {
        let Ok(layout) = Layout::from_size_align(BLOCK, UNIT) else { unreachable() };
        // SAFETY: `layout` has a size.
        let block = unsafe { self.give_large(layout) };
        self.rest.set(block.as_ptr().wrapping_add(size));
        self.left.set(BLOCK - size);
        block
    }

    /// A large piece.
    ///
    /// # Safety
    /// `layout` has a size.
    unsafe fn give_large(&self, layout: Layout) -> NonNull<u8> {
        // SAFETY: as the caller says.
        there(unsafe { self.large.alloc(layout) })
    }

    /// A piece. That it is never null, callers know from the type alone: else each of hundreds would ask, and say what is to be done then.
    ///
    /// # Safety
    /// `layout` has a size.
    #[inline(never)]
    unsafe fn give(&self, layout: Layout) -> NonNull<u8> {
        let list = units(layout).and_then(|units| Some((units, self.free.get(units)?)));
        // SAFETY: as the caller says.
        let Some((units, free)) = list else { return unsafe { self.give_large(layout) } };
        let size = units * UNIT;
        if let Some(first) = NonNull::new(free.get()) {
            // SAFETY: a free piece begins with the place of the next.
            free.set(unsafe { first.cast::<*mut u8>().read() });
            return first;
        }
        let Some(left) = self.left.get().checked_sub(size) else { return self.begin_block(size) };
        let piece = self.rest.get();
        self.rest.set(piece.wrapping_add(size));
        self.left.set(left);
        there(piece)
    }
}

/// The piece, if there is memory; a trap if there is no more, which is what becomes of that anyway.
fn there(piece: *mut u8) -> NonNull<u8> {
    NonNull::new(piece).unwrap_or_else(|| unreachable())
}

// SAFETY: a piece is of a block that talc has given, of at least the size asked for, and aligned to a unit; it is in no list and not in the rest of a block while it is
// given out. Both its list and who gave it follow from its layout alone, which the caller says again when giving it back.
unsafe impl GlobalAlloc for Memory {
    // Inlined, so that callers see what `give` promises.
    #[inline(always)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { self.give(layout) }.as_ptr()
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        let Some(free) = units(layout).and_then(|units| self.free.get(units)) else {
            // SAFETY: as the caller says.
            return unsafe { self.large.dealloc(piece, layout) };
        };
        // SAFETY: the piece is free now, and has room: it has at least a unit.
        unsafe { piece.cast::<*mut u8>().write(free.get()) };
        free.set(piece);
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return null_mut() };
        match (units(layout), units(wanted)) {
            (Some(old), Some(new)) if old == new => return piece,
            // SAFETY: as the caller says.
            (None, None) => return unsafe { self.large.realloc(piece, layout, size) },
            _ => {}
        }
        // SAFETY: both pieces have so many bytes, and are not the same.
        unsafe {
            let other = self.give(wanted).as_ptr();
            copy_nonoverlapping(piece, other, size.min(layout.size()));
            self.dealloc(piece, layout);
            other
        }
    }
}
