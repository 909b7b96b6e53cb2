// What is taken of the glue that wasm-bindgen writes: what the module imports. The package calls what the module exports itself, and starts it (pkg-config/entry/instance.ts).
// What is relied on is checked: were a new wasm-bindgen to write something else, better the build fails than a page.

import { StepError } from "./steps.mjs";

/** Between these is what is taken. */
const [first, last] = ["\nfunction __wbg_get_imports() {\n", "\nlet wasmModule, wasmInstance, wasm;\n"];

/** What is replaced in it: text, by what, and whether it is wherever it may be, or just once. */
const changes = [
  // Who makes something in the module lets go of it, too: see pkg-config/entry/instance.ts.
  [/^const \w+Finalization = [^;]+;\n/gm, "", "wherever"],
  // Nobody looks for anything in the imports but what is there.
  ["        __proto__: null,\n", "", "wherever"],
  // The memory is there as soon as anybody asks for it.
  ["let cachedUint8ArrayMemory0 = null;", "let cachedUint8ArrayMemory0;"],
  ["cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0", "cachedUint8ArrayMemory0.length === 0"],
  // In Safari a decoder is good for less than 2 GiB. Here the first one is made when it is needed, as any other.
  [
    /^let cachedTextDecoder = new TextDecoder\('utf-8', \{ ignoreBOM: true \}\);\n(?:.*\n){3}function decodeText\(bytes\) \{\n(?:.*\n){7}\}\n/gm,
    `let decoder;
let left = 0;
`,
  ],
  [
    "    ptr = ptr >>> 0;\n    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));\n",
    `    if ((left -= len) < 0) {
        decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        left = 2e9;
    }
    ptr >>>= 0;
    return decoder.decode(getUint8ArrayMemory0().subarray(ptr, ptr + len));
`,
  ],
];

/** The page's module has no use for them: what it gives crosses as JSON does. */
const constants = /^ *const table = wasm\.\w+;\n(?: *table\.set\(\d+, \w+\);\n){5}/gm;

/** The glue as the package needs it; without undefined, null, true and false where the module knows them, if it is `plain`. */
export function adapt(glue, plain) {
  const { length, 0: before, 1: behind } = glue.split(first);
  const [imports, after, ...more] = length === 2 ? behind.split(last) : [];
  const start = /\bfunction __wbg_finalize_init\((?:.*\n){5} {4}(wasm\.\w+\(\));\n/.exec(after ?? "")?.[1];
  if (!start || more.length > 0) throw new StepError("the generated glue is of other parts: adapt pkg-config/tools/glue.mjs");
  if (glue.includes("import.meta") || /^import\b/m.test(before)) throw new StepError("the generated glue names its own address, which bundlers stumble over, or brings something along");
  let adapted = first + imports;
  for (const [text, replacement, where] of plain ? [...changes, [constants, ""]] : changes) {
    const found = adapted.split(text).length - 1;
    if (found !== 1 && !where) throw new StepError(`the generated glue has ${text} ${found} times: adapt pkg-config/tools/glue.mjs`);
    adapted = adapted.replaceAll(text, replacement);
  }
  return `${adapted}
/** What the module exports. */
let wasm;

/** Starts an instance of the module, in place of the one that there may be. */
function start(instance) {
    wasm = instance.exports;
    cachedUint8ArrayMemory0 = new Uint8Array();
    ${start};
}

export { __wbg_get_imports as imports, getUint8ArrayMemory0 as memory, start, takeFromExternrefTable0 as taken, wasm };
`;
}
