// What is changed in the glue that wasm-bindgen writes, and what the package relies on in it. Each is checked: were a new wasm-bindgen to
// write something else, better the build fails than a page.

import { StepError } from "./steps.mjs";

/** Parts that pkg-config/entry/instance.ts relies on. */
const wanted = ["export { initSync, __wbg_init as default }", "if (__wbg_reinit_scheduled)", "if (wasm !== undefined) return wasm;"];

/** What is replaced: text, how often it is there, by what. */
const changes = [
  // A module compiled in another realm, as edge runtimes give it, is no instance of this realm's WebAssembly.Module.
  ["if (!(module instanceof WebAssembly.Module)) {", 1, "if (module.byteLength !== undefined) {"],
  // Nobody disposes of these classes by name, and bundlers keep a class with such a statement even if nothing uses it.
  [/^if \(Symbol\.dispose\) \w+\.prototype\[Symbol\.dispose\] = \w+\.prototype\.free;$/gm, 3, ""],
];

/** The glue as the package needs it. */
export function adapt(glue) {
  for (const part of wanted) if (!glue.includes(part)) throw new StepError(`the generated glue no longer has \`${part}\`: adapt pkg-config/entry/instance.ts`);
  if (glue.includes("import.meta")) throw new StepError("the generated glue names its own address, which bundlers stumble over");
  let adapted = glue;
  for (const [text, times, replacement] of changes) {
    const found = adapted.split(text).length - 1;
    if (found !== times) throw new StepError(`the generated glue has ${text} ${found} times instead of ${times}: adapt pkg-config/tools/glue.mjs`);
    adapted = adapted.replaceAll(text, replacement);
  }
  return adapted;
}
