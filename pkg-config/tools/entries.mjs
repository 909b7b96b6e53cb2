// The files of the npm package that are made of TypeScript: which there are, and what each may and may not contain.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, StepError } from "./steps.mjs";

const here = join(root, "pkg-config");

/** What stays an import: files of the package that every bundler, or the platform, resolves by itself; and the package itself, whose entry depends on the runtime. */
const outside = /^(\.\/warmlead(-check)?\.wasm(\?module)?|\.\/(wasm|check)-inlined\.js|node:fs|warmlead)$/;

/** File → its source, its format, and the imports that it must have: exactly those. */
const entries = {
  "warmlead.js": { source: "entry/index.ts", imports: ["./wasm-inlined.js"] },
  "warmlead.cjs": { source: "entry/commonjs.ts", format: "cjs", imports: ["node:fs"] },
  "warmlead.workerd.js": { source: "entry/workerd.ts", imports: ["./warmlead.wasm"] },
  "warmlead.edge-light.js": { source: "entry/edge-light.ts", imports: ["./warmlead.wasm?module"] },
  "warmlead.iife.js": { source: "entry/script.ts", format: "iife", imports: [] },
  "stub.js": { source: "entry/stub.ts", imports: [], banner: false, target: "es5" },
  "slim.js": { source: "entry/slim.ts", imports: [] },
  "slim.cjs": { source: "entry/slim.ts", format: "cjs", imports: [] },
  "browser.js": { source: "entry/browser.ts", imports: [] },
  "browser.bundled.js": { source: "entry/browser-bundled.ts", imports: ["./wasm-inlined.js"] },
  "browser.cjs": { source: "entry/browser-bundled.ts", format: "cjs", imports: ["./wasm-inlined.js"] },
  "panel.js": { source: "browser/panel/index.ts", imports: [] },
  "panel.cjs": { source: "browser/panel/index.ts", format: "cjs", imports: [] },
  "check.js": { source: "entry/check.ts", imports: ["./check-inlined.js"] },
  "check.cjs": { source: "entry/check-commonjs.ts", format: "cjs", imports: ["node:fs"] },
  "check.workerd.js": { source: "entry/check-workerd.ts", imports: ["./warmlead-check.wasm"] },
  "check.edge-light.js": { source: "entry/check-edge-light.ts", imports: ["./warmlead-check.wasm?module"] },
  "edge.js": { source: "edge/index.ts", imports: ["warmlead"] },
  "edge.cjs": { source: "edge/index.ts", format: "cjs", imports: ["warmlead"] },
};

/** Writes the entries into `folder`. `glue` has the glue of the page's module and that of `warmlead/check`. */
export async function writeEntries(folder, glue, version) {
  const { build } = await import("esbuild");
  for (const [file, { source, format = "esm", imports, banner = true, target = "es2022" }] of Object.entries(entries)) {
    if (!existsSync(join(here, source))) continue;
    const found = new Set();
    const leave = {
      name: "leave what is outside",
      setup: (bundle) =>
        bundle.onResolve({ filter: outside }, ({ path }) => {
          found.add(path);
          return { path, external: true };
        }),
    };
    await build({
      entryPoints: [join(here, source)],
      outfile: join(folder, file),
      bundle: true,
      format,
      platform: "neutral",
      target,
      minify: true,
      charset: "utf8",
      legalComments: "none",
      banner: banner ? { js: `/*! warmlead ${version} | MIT OR Apache-2.0 */` } : {},
      // An entry has one module: whatever asks for glue in it gets that module's.
      alias: file.startsWith("check.") ? { "warmlead-glue": glue.check, "warmlead-check-glue": glue.check } : { "warmlead-glue": glue.page },
      plugins: [leave],
      logLevel: "warning",
    });
    if ([...found].join() !== imports.join()) throw new StepError(`${file} imports ${[...found].join(" and ") || "nothing"} instead of ${imports.join(" and ") || "nothing"}`);
  }
}

/** Writes a module as an ES module with base64 text: the one inlined form of it. */
export function writeInlined(folder, name, wasm, version) {
  const base64 = readFileSync(wasm).toString("base64");
  writeFileSync(join(folder, `${name}-inlined.js`), `/*! warmlead ${version} | MIT OR Apache-2.0 */\nexport default "${base64}";\n`);
}

/** Copies the declarations; all but the classic script's for CommonJS again, where they must name each other as .cjs. */
export function writeTypes(folder) {
  for (const name of readdirSync(join(here, "types"))) {
    if (!name.endsWith(".d.ts")) continue;
    const text = readFileSync(join(here, "types", name), "utf8");
    writeFileSync(join(folder, name), text);
    if (name === "warmlead.iife.d.ts") continue;
    const specifiers = [...text.matchAll(/^(?:import|export|\}).* from "([^"]*)"/gm)].map(([, specifier]) => specifier);
    const odd = specifiers.find((specifier) => !/^\.\/\w+\.js$/.test(specifier));
    if (odd) throw new StepError(`types/${name} imports ${odd}: only ./name.js has a twin for CommonJS`);
    writeFileSync(join(folder, name.replace(".d.ts", ".d.cts")), text.replace(/( from "\.\/\w+)\.js"/g, '$1.cjs"'));
  }
}
