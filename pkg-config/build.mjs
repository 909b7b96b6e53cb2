// Builds the npm package: target/npm/package/ and, packed, target/npm/warmlead.tgz.
// Rust becomes WebAssembly, wasm-bindgen writes its glue, binaryen shrinks it, esbuild joins glue and TypeScript.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeEntries, writeInlined, writeTypes } from "./tools/entries.mjs";
import { adapt } from "./tools/glue.mjs";
import { cargoVersion, manifest } from "./tools/manifest.mjs";
import { bindgen, nodeModules, wasmTarget } from "./tools/need.mjs";
import { isMade, rust } from "./tools/sources.mjs";
import { cargoTarget, main, root, run, step, target } from "./tools/steps.mjs";

const here = join(root, "pkg-config");
const home = join(target, "npm");
const folder = join(home, "package");
const tarball = join(home, "warmlead.tgz");
/** The two modules: what pages download, and `warmlead/check`. Each is the same crate with other features. */
const modules = {
  page: { what: "the page's module", file: "warmlead.wasm", glue: join(home, "glue") },
  check: { what: "the module of warmlead/check", file: "warmlead-check.wasm", glue: join(home, "glue-check") },
};
const tools = ["build.mjs", "package-lock.json", "tools/entries.mjs", "tools/glue.mjs", "tools/manifest.mjs"].map((name) => join(here, name));

main(async () => {
  await wasmTarget();
  await nodeModules();
  const program = await bindgen();
  for (const feature of Object.keys(modules)) await module(feature, program);
  const inputs = ["pkg-config/entry", "pkg-config/browser", "pkg-config/edge", "pkg-config/types", "src/models", "target/npm/glue", "target/npm/glue-check"];
  inputs.push("src/model.schema.json", "Cargo.toml", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE");
  await step("npm package", { inputs: [...tools, ...inputs.map((path) => join(root, path))], outputs: [folder, tarball] }, pack);
  isMade();
});

/** Builds the module that is the crate with one feature: its glue, and the module made small. */
async function module(feature, program) {
  const { what, file, glue } = modules[feature];
  const [compiled, wasm] = [join(home, `${feature}.compiled.wasm`), join(glue, file)];
  await step(`${what}: Rust`, { inputs: rust, outputs: [compiled] }, async () => {
    const chosen = ["--lib", "--crate-type", "cdylib", "--profile", "wasm", "--no-default-features", "--features", feature];
    // The module alone: a library for other crates beside it would keep generic functions apart that are better one with their callers.
    // LLVM inlines what is marked as worth it up to a threshold of 325, however small the code shall be: the standard library's growing of lists and
    // copying of texts again and again. A third of that saves 2 %; an event takes 3 % longer at most.
    // Whatever is called from one place only, it inlines up to a cost of 15,000, which can't be set; so all other costs are taken ten times. Else all that
    // reads a model is one function, of which an engine compiles what no model asks for, too, and which it then optimises for 50 ms, as a whole.
    const costs = { "inline-threshold": 425, "inlinehint-threshold": 1000, "inline-instr-cost": 50, "inline-call-penalty": 250 };
    // Two passes that make code longer for the sake of a processor's registers are left out, since whoever compiles the module to a processor's code does as much again: loops
    // counted by addresses, and loads moved to where paths part. It saves 1.8 % with Brotli; an event takes as long (0.98 to 1.01).
    const settings = [...Object.entries(costs).map(([name, cost]) => `-${name}=${cost}`), "-disable-lsr", "-enable-load-pre=false"];
    const llvm = ["--", "-C", `llvm-args=${settings.join(" ")}`];
    await run("cargo", ["rustc", "--quiet", "--target", "wasm32-unknown-unknown", ...chosen, ...llvm], { env: sameEverywhere() });
    mkdirSync(home, { recursive: true });
    // Both are built at the same place, so that Cargo takes the one for out of date behind the other. A copy that is equal stays as it is, so that what is made of it need not be
    // made again.
    const built = readFileSync(join(cargoTarget, "wasm32-unknown-unknown/wasm/warmlead.wasm"));
    if (!existsSync(compiled) || !built.equals(readFileSync(compiled))) writeFileSync(compiled, built);
  });
  await step(`${what}: glue and optimising`, { inputs: [compiled, join(here, "bindgen"), ...tools], outputs: [wasm] }, async () => {
    rmSync(glue, { recursive: true, force: true });
    await run(program, [compiled, glue]);
    const written = join(glue, "warmlead.js");
    writeFileSync(written, adapt(readFileSync(written, "utf8"), feature === "page"));
    // No feature flags: it reads from the module which features it may use.
    // Nothing lies in the first KiB: it is the end of the stack, where what runs out of it traps.
    // And what LLVM has left apart stays apart, unless it is small: that compresses better, too.
    // Between two rounds, what is within functions is taken apart and put together anew, with fewer blocks: 0.4 % less with Brotli, and no event is slower.
    // Functions in order of their names, which are those of their modules, have like ones beside them: 0.6 % less with Brotli.
    const passes = ["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge", "--low-memory-unused", "--one-caller-inline-max-function-size", "50"];
    passes.push("--reorder-functions-by-name", "--strip-producers", "--strip-target-features");
    await run(process.execPath, [join(here, "node_modules/binaryen/bin/wasm-opt"), ...passes, join(glue, "warmlead_bg.wasm"), "-o", wasm]);
  });
}

/** Where a crate lies on this machine is nobody's business, and would make other bytes on each. */
function sameEverywhere() {
  const crates = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  // Not RUSTFLAGS, which are parted at blanks: a folder may have some in its name.
  return { CARGO_ENCODED_RUSTFLAGS: `--remap-path-prefix=${crates}=` };
}

async function pack() {
  const version = cargoVersion();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "models"), { recursive: true });
  const { page, check } = modules;
  await writeEntries(folder, { page: join(page.glue, "warmlead.js"), check: join(check.glue, "warmlead.js") }, version);
  writeInlined(folder, "wasm", join(page.glue, page.file), version);
  writeInlined(folder, "check", join(check.glue, check.file), version);
  for (const { glue, file } of [page, check]) copyFileSync(join(glue, file), join(folder, file));
  writeTypes(folder);
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, name), join(folder, name));
  copyFileSync(join(root, "src/model.schema.json"), join(folder, "model.schema.json"));
  for (const name of readdirSync(join(root, "src/models"))) {
    if (name.endsWith(".json")) copyFileSync(join(root, "src/models", name), join(folder, "models", name));
  }
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(folder, version), null, 2)}\n`);
  const { output } = await run("npm", ["pack", "--silent", "--pack-destination", home], { cwd: folder, capture: true });
  renameSync(join(home, output.trim().split("\n").at(-1)), tarball);
}
