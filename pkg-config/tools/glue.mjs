// What is changed in the glue that wasm-bindgen writes, and what the package relies on in it. Each is checked: were a new wasm-bindgen to
// write something else, better the build fails than a page.

import { StepError } from "./steps.mjs";

/** Parts that pkg-config/entry/instance.ts relies on. */
const wanted = ["export { initSync, __wbg_init as default }", "function __wbg_reset_state () {", "if (wasm !== undefined) return wasm;"];

/** What is replaced: text, by what, and whether it is there for each class, in most methods, wherever it may be, or just once. */
const changes = [
  // A module compiled in another realm, as edge runtimes give it, is no instance of this realm's WebAssembly.Module.
  ["if (!(module instanceof WebAssembly.Module)) {", "if (module.byteLength !== undefined) {"],
  // Nobody disposes of these classes by name; and bundlers keep a class with such a statement, and these registries, even if nothing uses them.
  [/^if \(Symbol\.dispose\) \w+\.prototype\[Symbol\.dispose\] = \w+\.prototype\.free;$/gm, "", "each class"],
  [
    /= \(typeof FinalizationRegistry === 'undefined'\)\s+\? \{ register: \(\) => \{\}, unregister: \(\) => \{\} \}\s+: new FinalizationRegistry\(\(\{ ptr, instance \}\) => \{\s+if \(instance === __wbg_instance_id\) (wasm\.\w+)\(ptr, 1\);\s+\}\);/g,
    "= /* @__PURE__ */ registry((ptr) => $1(ptr, 1));",
    "each class",
  ],
  [
    "let __wbg_instance_id = 0;\n",
    `let __wbg_instance_id = 0;
function registry(free) {
    if (typeof FinalizationRegistry === 'undefined') return { register() {}, unregister() {} };
    return new FinalizationRegistry(({ ptr, instance }) => {
        if (instance === __wbg_instance_id) free(ptr);
    });
}
`,
  ],
  // Only a visitor is let go of before nobody has it any more.
  [
    /(^export class (?!Visitor )\w+ \{\n) *__destroy_into_raw\(\) \{\n(?:.*\n){4} {4}\}\n *free\(\) \{\n *const ptr = this\.__destroy_into_raw\(\);\n(?: *__wbg_call_guard\(\);\n)? *wasm\.\w+\(ptr, 0\);\n\s*\}\n/gm,
    "$1",
    "wherever",
  ],
  // Nobody calls a handle of an instance that is gone, or gives one: whoever has one compares generations first, and makes a new one.
  [/^ *if \(\(?(?:this|scorer)\)?\.__wbg_inst !== undefined && \(?(?:this|scorer)\)?\.__wbg_inst !== __wbg_instance_id\) \{\s+throw new Error\('[^']+'\);\s+\}\n/gm, "", "most methods"],
  [/^ *_assertClass\(scorer, Scorer\);\n/gm, "", "wherever"],
  [/^ *Object\.defineProperty\(\w+, '__wbg_inst', \{ value: __wbg_instance_id, writable: true \}\);\n/gm, "", "each class"],
  // The module's memory, as bytes.
  ["export { initSync,", "export { getUint8ArrayMemory0 as memory, initSync,"],
  // An instance is replaced at once, not by whatever is called next.
  [/^ *__wbg_call_guard\(\);\n/gm, "", "most methods"],
  [/^function __wbg_call_guard\(\) \{\n(?:.*\n){4}\}\n/gm, ""],
  ["export function restart() {\n    wasm.restart();\n}", "export { __wbg_reset_state as restart };"],
  ["let __wbg_reinit_scheduled = false;\n", ""],
  ["    __wbg_reinit_scheduled = false;\n", ""],
  ["            __wbg_reinit_scheduled = true;\n", ""],
  // Nobody looks for anything in the imports but what is there.
  ["        __proto__: null,\n", "", "wherever"],
  // The decoder goes on with the next instance, and so does how much it has decoded.
  ["    if (typeof numBytesDecoded !== 'undefined') numBytesDecoded = 0;\n", ""],
  // What is written there has been read.
  ["    if (typeof WASM_VECTOR_LEN !== 'undefined') WASM_VECTOR_LEN = 0;\n", "", "wherever"],
  // What nearly every method does with an answer, once: shorter, nothing else.
  [
    /^ *let ret;\n *ret = (wasm\.\w+\(.*\));\n *if \(ret\[2\]\) \{\n *throw takeFromExternrefTable0\(ret\[1\]\);\n *\}\n *return takeFromExternrefTable0\(ret\[0\]\);\n/gm,
    "return takeFromExternrefTable0(checked($1));\n",
    "wherever",
  ],
  [
    /^ *let ret;\n *ret = (wasm\.\w+\(.*\));\n *if \(ret\[2\]\) \{\n *throw takeFromExternrefTable0\(ret\[1\]\);\n *\}\n *return ret\[0\](?!.*\bret\b)/gm,
    "return checked($1)",
    "wherever",
  ],
  [/^ *let ret;\n *ret = (wasm\.\w+\(.*\));\n *return ret(?!.*\bret\b)(?=[; >!=])/gm, "return $1", "wherever"],
  [/^ *let ret;\n *ret = (wasm\.\w+\(.*\));\n *if \(ret\[2\]\) \{\n *throw takeFromExternrefTable0\(ret\[1\]\);\n *\}\n/gm, "const ret = $1;\nchecked(ret);\n", "wherever"],
  ["function takeFromExternrefTable0(", "function checked(ret) {\n    if (ret[2]) throw takeFromExternrefTable0(ret[1]);\n    return ret[0];\n}\n\nfunction takeFromExternrefTable0("],
  // Shorter, and nothing else.
  ["subarray(ptr / 1, ptr / 1 + len)", "subarray(ptr, ptr + len)", "wherever"],
  [/(\bret\[1\]) \* 1, 1\)/g, "$1, 1)", "wherever"],
  // An older way to call it, which nobody uses.
  [
    /if \(module !== undefined\) \{\s+if \(Object\.getPrototypeOf\(module\) === Object\.prototype\) \{\s+\(\{module\} = module\)\s+\} else \{\s+console\.warn\([^\n]+\)\s+\}\s+\}/g,
    "({module} = module);",
  ],
];

/** The glue as the package needs it. */
export function adapt(glue) {
  for (const part of wanted) if (!glue.includes(part)) throw new StepError(`the generated glue no longer has \`${part}\`: adapt pkg-config/entry/instance.ts`);
  if (glue.includes("import.meta")) throw new StepError("the generated glue names its own address, which bundlers stumble over");
  let adapted = glue;
  const classes = glue.split("export class ").length - 1;
  for (const [text, replacement, where] of changes) {
    const found = typeof text === "string" ? adapted.split(text).length - 1 : [...adapted.matchAll(text)].length;
    const expected = where === "most methods" ? Math.max(found, classes) : where === "wherever" ? found : where ? classes : 1;
    if (found !== expected) throw new StepError(`the generated glue has ${text} ${found} times instead of ${expected}: adapt pkg-config/tools/glue.mjs`);
    adapted = adapted.replaceAll(text, replacement);
  }
  return adapted;
}
