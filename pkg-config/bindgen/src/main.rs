//! Writes the JavaScript glue for a compiled WebAssembly module.
//!
//! Usage: `warmlead-bindgen INPUT.wasm OUTPUT_DIRECTORY`. Writes `warmlead.js` and `warmlead_bg.wasm`. Like
//! `wasm-bindgen --target web --omit-default-module-path --no-typescript --encode-into always`, without installing that command first, and
//! with shorter names between the two.

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use walrus::{ElementItems, ExportItem, FunctionId, Module};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("usage: warmlead-bindgen INPUT.wasm OUTPUT_DIRECTORY");
        return ExitCode::from(2);
    };
    match generate(input, Path::new(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("warmlead-bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(input: &str, output: &Path) -> Result<(), Failure> {
    let mut made = Bindgen::new()
        .input_path(input)
        .out_name("warmlead")
        .typescript(false)
        .encode_into(EncodeInto::Always)
        // Without it the glue would name its own address, which bundlers and old runtimes stumble over.
        .omit_default_module_path(true)
        .web(true)?
        .generate_output()?;
    // What the module imports has names with hashes, which no compression makes small: an eighth of all the JavaScript of an entry.
    let mut renamed = Vec::new();
    for (place, import) in made.wasm_mut().imports.iter_mut().enumerate() {
        let short = format!("i{place}");
        renamed.push((std::mem::replace(&mut import.name, short.clone()), short));
        import.module = "w".into();
    }
    // What wasm-bindgen exports for hosts that have to know whether an instance can go on: here, none goes on after a trap.
    let (glue, exports) = (made.js().to_owned(), &mut made.wasm_mut().exports);
    let unasked = exports.iter().filter(|export| export.name.starts_with("__") && !glue.contains(&export.name)).map(|export| export.id());
    unasked.collect::<Vec<_>>().into_iter().for_each(|id| exports.delete(id));
    let mut exported = Vec::new();
    // So have exports that nobody but the glue knows; what lets go of a visitor is `visitor_free`, beside what else is done with it.
    for (place, export) in made.wasm_mut().exports.iter_mut().filter(|export| export.name.starts_with("__")).enumerate() {
        let free = export.name.strip_prefix("__wbg_").filter(|name| name.ends_with("_free"));
        let short = free.map_or_else(|| format!("e{place}"), str::to_owned);
        exported.push((std::mem::replace(&mut export.name, short.clone()), short));
    }
    forget_closures(made.wasm_mut());
    made.emit(output)?;
    let path = output.join("warmlead.js");
    let mut glue = std::fs::read_to_string(&path)?;
    let module = "\"./warmlead_bg.js\": import0";
    if glue.matches(module).count() != 1 {
        return Err("the glue does not name its imports' module".into());
    }
    glue = glue.replace(module, "w: import0");
    for (name, short) in renamed {
        let key = format!(" {name}: function(");
        if glue.matches(&key).count() != 1 || glue.matches(&name).count() != 1 {
            return Err(format!("the glue does not define {name} just once").into());
        }
        glue = glue.replace(&key, &format!(" {short}("));
    }
    for (name, short) in exported {
        // Some are for hosts other than JavaScript.
        glue =
            glue.replace(&format!("wasm.{name}("), &format!("wasm.{short}(")).replace(&format!("wasm.{name};"), &format!("wasm.{short};"));
        glue = glue.replace(&format!("wasm.{name}."), &format!("wasm.{short}."));
        if glue.contains(&format!("wasm.{name}")) {
            return Err(format!("the glue uses {name} in another way").into());
        }
    }
    std::fs::write(path, glue)?;
    Ok(())
}

/// Takes what calls closures out of the table, where it stays after the descriptions for which js-sys put it there, a function for each signature.
/// What JavaScript can call of it is exported; it is left where it is.
fn forget_closures(module: &mut Module) {
    let exported = module.exports.iter().filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None });
    let exported: HashSet<FunctionId> = exported.collect();
    let calls_closure = |name: &str| name.starts_with("wasm_bindgen::convert::closures::");
    let unasked = module.funcs.iter().filter(|function| function.name.as_deref().is_some_and(calls_closure));
    let unasked: HashSet<FunctionId> = unasked.map(|function| function.id()).filter(|id| !exported.contains(id)).collect();
    for element in module.elements.iter_mut() {
        let ElementItems::Functions(functions) = &mut element.items else { continue };
        // Another takes the place, so that those behind it stay where they are; what is optimised next lets go of what nobody refers to.
        let Some(other) = functions.iter().copied().find(|id| !unasked.contains(id)) else { continue };
        functions.iter_mut().filter(|id| unasked.contains(id)).for_each(|id| *id = other);
    }
}
