//! Text in lower case, by Unicode, as JavaScript's `toLowerCase`. In JavaScript hosts the host does it, which keeps 7 KB of tables out of the module; the
//! vectors hold the two together.

/// The text in lower case.
pub(crate) fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { by_unicode(text) }
}

#[cfg(not(target_arch = "wasm32"))]
fn by_unicode(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(target_arch = "wasm32")]
fn by_unicode(text: &str) -> String {
    let text = host::lower_case(text);
    let units = (0..text.length()).map(|place| text.char_code_at(place) as u16);
    char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(target_arch = "wasm32")]
mod host {
    use js_sys::JsString;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = ["String", "prototype", "toLowerCase"], js_name = call)]
        pub(super) fn lower_case(text: &str) -> JsString;
    }
}
