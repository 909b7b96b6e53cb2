// The package.json of the npm package: what can be imported from it, and which file each runtime gets.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, StepError } from "./steps.mjs";

/** The version of everything, which stands in Cargo.toml alone. */
export function cargoVersion() {
  const version = /^\[workspace\.package\]\n(?:[^[].*\n)*?version = "([^"]+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  if (!version) throw new StepError("Cargo.toml has no version under [workspace.package]");
  return version;
}

/** The manifest of the package in `folder`, whose other files are there already. */
export function manifest(folder, version) {
  return {
    name: "warmlead",
    version,
    description: "Scores website visitors while the visit goes on: one engine for browser, edge, backend and CI.",
    keywords: ["lead-scoring", "mql", "marketing", "wasm", "analytics"],
    license: "MIT OR Apache-2.0",
    type: "module",
    // Only these do something by being loaded. Of the others a bundler may drop what is not used.
    sideEffects: ["./warmlead.iife.js", "./stub.js"],
    engines: { node: ">=20" },
    exports: exports(folder),
    // For what does not read `exports`.
    main: "./warmlead.cjs",
    module: "./warmlead.js",
    types: "./warmlead.d.ts",
    unpkg: "./warmlead.iife.js",
    jsdelivr: "./warmlead.iife.js",
  };
}

function exports(folder) {
  const edge = existsSync(join(folder, "edge.js"));
  return {
    ".": {
      // First those that compile no bytes and import the module instead. wrangler sets `browser`, too: nothing may stand before them.
      workerd: esm("warmlead", "warmlead.workerd"),
      "edge-light": esm("warmlead", "warmlead.edge-light"),
      ...dual("warmlead"),
    },
    "./slim": dual("slim"),
    "./browser": dual("browser", "browser.bundled"),
    "./panel": dual("panel"),
    "./check": {
      workerd: esm("check", "check.workerd"),
      "edge-light": esm("check", "check.edge-light"),
      ...dual("check"),
    },
    ...(edge && { "./edge": dual("edge") }),
    "./warmlead.iife.js": "./warmlead.iife.js",
    "./stub.js": "./stub.js",
    "./warmlead.wasm": "./warmlead.wasm",
    "./models/*.json": "./models/*.json",
    "./model.schema.json": "./model.schema.json",
    "./package.json": "./package.json",
  };
}

/** Bundlers get the ES module for `require`, too (`module`): else an output could hold the package twice. */
function dual(name, file = name) {
  return { module: esm(name, file), import: esm(name, file), require: { types: `./${name}.d.cts`, default: `./${name}.cjs` } };
}

function esm(name, file) {
  return { types: `./${name}.d.ts`, default: `./${file}.js` };
}
