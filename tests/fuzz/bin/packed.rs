#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warmlead_fuzz::packed::run(data));
