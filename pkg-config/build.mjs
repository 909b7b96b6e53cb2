// Builds the npm package: target/npm/package/ and, packed, target/npm/warmlead.tgz.
// Rust becomes WebAssembly, wasm-bindgen writes its glue, binaryen shrinks it, esbuild joins glue and TypeScript.

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bindgen, nodeModules, wasmTarget } from "./tools/need.mjs";
import { cargoTarget, main, root, run, step, StepError, target } from "./tools/steps.mjs";

const here = join(root, "pkg-config");
const glue = join(target, "npm/glue");
const folder = join(target, "npm/package");
const tarball = join(target, "npm/warmlead.tgz");
const wasm = join(glue, "warmlead.wasm");

main(async () => {
  await wasmTarget();
  await nodeModules();
  await step("the core as WebAssembly", {}, () =>
    run("cargo", ["build", "--quiet", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm"]),
  );
  const compiled = join(cargoTarget, "wasm32-unknown-unknown/wasm/warmlead.wasm");
  const program = await bindgen();
  await step("glue and optimised wasm", { inputs: [compiled, join(here, "build.mjs"), join(here, "package-lock.json")], outputs: [wasm] }, async () => {
    rmSync(glue, { recursive: true, force: true });
    await run(program, [compiled, glue]);
    checkGlue(readFileSync(join(glue, "warmlead.js"), "utf8"));
    // No feature flags: it reads from the module which features it may use.
    await run(process.execPath, [join(here, "node_modules/binaryen/bin/wasm-opt"), "-Oz", join(glue, "warmlead_bg.wasm"), "-o", wasm]);
  });
  const inputs = ["pkg-config/build.mjs", "pkg-config/entry", "pkg-config/browser", "pkg-config/types", "pkg-config/package-lock.json"];
  inputs.push("Cargo.toml", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "src/models", "target/npm/glue");
  await step("npm package", { inputs: inputs.map((path) => join(root, path)), outputs: [folder, tarball] }, pack);
});

async function pack() {
  const version = cargoVersion();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "models"), { recursive: true });
  const entries = await bundle(version);
  copyFileSync(wasm, join(folder, "warmlead.wasm"));
  for (const name of readdirSync(join(here, "types"))) {
    if (name.endsWith(".d.ts")) copyFileSync(join(here, "types", name), join(folder, name));
  }
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    if (existsSync(join(root, name))) copyFileSync(join(root, name), join(folder, name));
  }
  for (const name of readdirSync(join(root, "src/models"))) {
    if (name.endsWith(".json")) cpSync(join(root, "src/models", name), join(folder, "models", name));
  }
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(version, entries), null, 2)}\n`);
  const { output } = await run("npm", ["pack", "--silent", "--pack-destination", join(target, "npm")], { cwd: folder, capture: true });
  renameSync(join(target, "npm", output.trim().split("\n").at(-1)), tarball);
}

/** Makes warmlead.js (with the wasm in it), and browser.js and panel.js (without); the names of those that were made. */
async function bundle(version) {
  const { build } = await import("esbuild");
  const sources = { warmlead: "entry/index.ts", browser: "browser/index.ts", panel: "browser/panel/index.ts" };
  const made = Object.keys(sources).filter((name) => existsSync(join(here, sources[name])));
  for (const name of made) {
    const result = await build({
      entryPoints: [join(here, sources[name])],
      outfile: join(folder, `${name}.js`),
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      minify: true,
      charset: "utf8",
      legalComments: "none",
      banner: { js: `/*! warmlead ${version} | MIT OR Apache-2.0 */` },
      alias: { "warmlead-glue": join(glue, "warmlead.js"), "warmlead-wasm": wasm },
      loader: { ".wasm": "base64" },
      metafile: true,
      logLevel: "warning",
    });
    const inlined = Object.keys(result.metafile.inputs).some((input) => input.endsWith(".wasm"));
    if (inlined !== (name === "warmlead")) throw new StepError(`${name}.js ${inlined ? "must not" : "must"} carry the wasm`);
  }
  return made;
}

/** Parts of the generated glue that the package relies on: were they to change with a new wasm-bindgen, better here than on a page. */
function checkGlue(text) {
  const wanted = ["export { initSync, __wbg_init as default }", "if (__wbg_reinit_scheduled)", "if (wasm !== undefined) return wasm;"];
  for (const part of wanted) if (!text.includes(part)) throw new StepError(`the generated glue no longer has \`${part}\`: adapt pkg-config/entry/instance.ts`);
  if (text.includes("import.meta")) throw new StepError("the generated glue names its own address, which bundlers stumble over");
}

function cargoVersion() {
  const version = /^\[workspace\.package\]\n(?:[^[].*\n)*?version = "([^"]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  if (!version) throw new StepError("Cargo.toml has no version under [workspace.package]");
  return version;
}

function manifest(version, entries) {
  const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  const exports = { ".": entry("warmlead") };
  for (const name of entries) if (name !== "warmlead") exports[`./${name}`] = entry(name);
  exports["./warmlead.wasm"] = "./warmlead.wasm";
  exports["./models/*.json"] = "./models/*.json";
  exports["./package.json"] = "./package.json";
  return {
    name: "warmlead",
    version,
    description: "Scores website visitors while the visit goes on: one engine for browser, edge, backend and CI.",
    keywords: ["lead-scoring", "mql", "marketing", "wasm", "analytics"],
    license: "MIT OR Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports,
    types: "./warmlead.d.ts",
  };
}
