//! Writes the JavaScript glue for a compiled WebAssembly module.
//!
//! Usage: `warmlead-bindgen INPUT.wasm OUTPUT_DIRECTORY`. Writes `warmlead.js` and `warmlead_bg.wasm`. The same as
//! `wasm-bindgen --target web --omit-default-module-path --no-typescript`, without installing that command first.

use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("usage: warmlead-bindgen INPUT.wasm OUTPUT_DIRECTORY");
        return ExitCode::from(2);
    };
    match generate(input, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("warmlead-bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(input: &str, output: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(input)
        .out_name("warmlead")
        .typescript(false)
        // Without it the glue would name its own address, which bundlers and old runtimes stumble over.
        .omit_default_module_path(true)
        .web(true)?
        .generate(output)?;
    Ok(())
}
