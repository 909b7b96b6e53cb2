// What is in the package, and what importing it does to its host: nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../pkg-config/tools/steps.mjs";
import { install, load } from "./consumer.mjs";

const folder = await install("contents");
const home = join(folder, "node_modules/warmlead");
const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const text = (name) => readFileSync(join(home, name), "utf8");
/** Runs a module in the consumer's folder, in a process of its own. */
const runModule = (source, ...flags) => execFileSync(process.execPath, [...flags, "--input-type=module", "-e", source], { cwd: folder, encoding: "utf8" });

test("everything that the package points to is there, and nothing else", () => {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(home.length + 1)).sort();
  for (const targets of Object.values(manifest.exports)) {
    for (const path of typeof targets === "string" ? [targets] : Object.values(targets)) {
      if (!path.includes("*")) assert.ok(names.includes(path.slice(2)), path);
    }
  }
  const expected = /^(package\.json|(warmlead|browser|panel)\.(js|d\.ts)|warmlead\.wasm|models\/[a-z0-9-]+\.json|README\.md|CHANGELOG\.md|LICENSE-(MIT|APACHE))$/;
  assert.deepEqual(names.filter((name) => !expected.test(name)), []);
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "models/b2b-saas.json", "README.md"]) assert.ok(names.includes(name), name);
});

test("`types` comes first in each entry, and the version is Cargo's", () => {
  for (const targets of Object.values(manifest.exports)) if (typeof targets === "object") assert.equal(Object.keys(targets)[0], "types");
  assert.ok(readFileSync(join(root, "Cargo.toml"), "utf8").includes(`version = "${manifest.version}"`));
  assert.equal(manifest.scripts, undefined);
  assert.equal(manifest.dependencies, undefined);
});

test("one copy of the wasm is inlined, in the default entry only", () => {
  const base64 = readFileSync(join(home, "warmlead.wasm")).toString("base64");
  assert.equal(text("warmlead.js").split(base64).length, 2);
  for (const name of ["browser.js", "panel.js"]) if (existsSync(join(home, name))) assert.ok(!text(name).includes(base64.slice(0, 200)), name);
});

test("the default entry names no address and awaits nothing", () => {
  assert.doesNotMatch(text("warmlead.js"), /import\.meta|\bfetch\(/);
});

test("importing it starts nothing and leaves no trace; the first call starts it", () => {
  const output = runModule(`
    const before = Reflect.ownKeys(globalThis);
    const prototypes = [Object, Array, String, Promise, Error, Uint8Array].map((type) => Reflect.ownKeys(type.prototype).length);
    let modules = 0;
    const { Module } = WebAssembly;
    WebAssembly.Module = class extends Module { constructor(...given) { super(...given); modules += 1; } };
    const { score } = await import("warmlead");
    const imported = modules;
    score([]);
    score([]);
    const after = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key));
    const changed = [Object, Array, String, Promise, Error, Uint8Array].filter((type, index) => Reflect.ownKeys(type.prototype).length !== prototypes[index]);
    console.log(JSON.stringify({ imported, modules, after, changed }));
  `);
  assert.deepEqual(JSON.parse(output), { imported: 0, modules: 1, after: [], changed: [] });
});

test("the process ends when its work is done", () => {
  assert.equal(runModule(`import { score } from "warmlead"; console.log(score([]).stage);`), "visitor\n");
});

test("without WebAssembly, calls fail with UNSUPPORTED and the host goes on", () => {
  const output = runModule(`
    delete globalThis.WebAssembly;
    const { matches, score, Scorer, WarmleadError } = await import("warmlead");
    const codes = [() => score([]), () => new Scorer(), () => matches({}, {})].map((run) => { try { run(); } catch (error) { return error instanceof WarmleadError && error.code; } });
    console.log(JSON.stringify(codes));
  `);
  assert.deepEqual(JSON.parse(output), ["UNSUPPORTED", "UNSUPPORTED", "UNSUPPORTED"]);
});

test("where making code from strings is forbidden, it works", () => {
  assert.equal(runModule(`import { score } from "warmlead"; console.log(score([]).stage);`, "--disallow-code-generation-from-strings"), "visitor\n");
});

test("models can be imported by name", async () => {
  const { default: shipped } = await import(`${home}/models/b2b-saas.json`, { with: { type: "json" } }).catch(() => ({ default: JSON.parse(text("models/b2b-saas.json")) }));
  const { score, Scorer } = await load(folder);
  const [own, given] = [score([], { now: 1 }), score([], { now: 1, model: shipped })];
  assert.deepEqual(own, given, "it is the shipped default");
  assert.ok(new Scorer(shipped));
});
