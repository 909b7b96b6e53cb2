//! Memory in WebAssembly (`src/wasm/memory.rs`): whatever is taken, grown, shrunk and given back in whatever order, nothing is given out twice. Natively the same
//! holds for the system's, which shows that the test asks for nothing more.

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Sizes of all kinds, those at which small pieces end among them.
    fn size(&mut self) -> usize {
        match self.below(8) {
            0 => self.below(20_000),
            1 => [15, 255].get(self.below(2)).map_or(0, |edge| edge + self.below(3)),
            _ => self.below(320),
        }
    }
}

/// A piece, all of whose bytes are its number.
struct Piece(Vec<u8>, u8);

impl Piece {
    fn new(size: usize, number: u8) -> Piece {
        let mut bytes = Vec::with_capacity(size);
        bytes.resize(size, number);
        Piece(bytes, number)
    }

    /// Makes it larger or smaller, to just this size.
    fn fit(&mut self, size: usize) {
        self.0.truncate(size);
        self.0.shrink_to_fit();
        self.0.reserve_exact(size - self.0.len());
        self.0.resize(size, self.1);
    }

    fn is_whole(&self) -> bool {
        self.0.iter().all(|byte| *byte == self.1)
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn nothing_is_given_out_twice() {
    // What is linked has the allocator.
    assert!(warmlead::models::names().next().is_some());
    let mut random = Random(7);
    let mut pieces: Vec<Piece> = Vec::new();
    for round in 0..60_000_u32 {
        let place = random.below(pieces.len().max(1));
        match random.below(5) {
            0 | 1 => pieces.push(Piece::new(random.size(), round as u8)),
            2 if !pieces.is_empty() => assert!(pieces.swap_remove(place).is_whole(), "given back in round {round}"),
            3 if !pieces.is_empty() => pieces[place].fit(random.size()),
            _ if pieces.len() > 3000 => pieces.truncate(100),
            _ => {}
        }
    }
    assert!(pieces.len() > 100);
    assert!(pieces.iter().all(Piece::is_whole));
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn pieces_lie_as_they_must() {
    #[repr(align(16))]
    struct Sixteen(#[allow(dead_code)] u8);
    #[repr(align(64))]
    struct Wide(#[allow(dead_code)] u8);
    /// One of each, so that they stand between one another.
    struct Set(#[allow(dead_code)] Box<u8>, Box<u64>, Box<Sixteen>, Box<Wide>);
    let sets: Vec<Set> =
        (0..200).map(|number| Set(Box::new(number), Box::new(number.into()), Box::new(Sixteen(number)), Box::new(Wide(number)))).collect();
    for Set(_, eight, sixteen, wide) in &sets {
        let places = [(&raw const **eight as usize, 8), (&raw const **sixteen as usize, 16), (&raw const **wide as usize, 64)];
        assert!(places.iter().all(|(place, align)| place % align == 0), "{places:?}");
    }
}

/// What is given back is given out again: the same work over and over takes no more memory, once large pieces lie as they will.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn the_same_work_takes_the_same_memory() {
    let work = || {
        let mut random = Random(3);
        let mut pieces: Vec<Piece> = (0..2000).map(|number| Piece::new(random.size(), number as u8)).collect();
        pieces.iter_mut().for_each(|piece| piece.fit(random.size()));
    };
    (0..20).for_each(|_| work());
    let before = core::arch::wasm32::memory_size::<0>();
    (0..200).for_each(|_| work());
    assert_eq!(core::arch::wasm32::memory_size::<0>(), before);
}
