// Every test of the project, cheap ones first; or those suites that have a word in their names, as in `test.mjs tests/edge`. Each suite brings what it needs.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, nodeModules, wasmTarget } from "./need.mjs";
import { cargoTarget, main, root, run } from "./steps.mjs";
import { check, choose, counted, report, suite } from "./suites.mjs";
import { vectors } from "./vectors.mjs";

const node = process.execPath;
const tsc = join(root, "pkg-config/node_modules/typescript/bin/tsc");

const [, , part = ""] = process.argv;

main(async () => {
  // The vectors of all platforms belong together.
  choose(part.startsWith("vectors") ? "vectors" : part);
  await wasmTarget();
  await nodeModules();
  await suite("Rust formatting", () => check("cargo", ["fmt", "--all", "--check"]));
  await suite("Rust lints", () => check("cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]));
  // The library alone: clippy does not know wasm-bindgen's tests for tests, and natively they have been looked at.
  for (const feature of ["page", "check"]) {
    const features = ["--no-default-features", "--features", feature];
    await suite(`Rust lints, WebAssembly, ${feature}`, () =>
      check("cargo", ["clippy", "--quiet", "-p", "warmlead", "--target", "wasm32-unknown-unknown", "--lib", ...features, "--", "-D", "warnings"]),
    );
  }
  await suite("Rust tests", () => counted("cargo", ["test", "--quiet", "--workspace"]));
  const weaver = ["--manifest-path", join(root, "tests/mutants/Cargo.toml"), "--target-dir", join(cargoTarget, "mutants/weaver")];
  await suite("tests/mutants", () => counted("cargo", ["test", "--quiet", "--locked", ...weaver]));
  await vectors();
  await suite("types of the TypeScript sources", () => check(node, [tsc, "-p", join(root, "pkg-config")]));
  if (part.startsWith("tests/") && part !== "tests/mutants") {
    // What runs in Node is tried with the package and the command as the sources have them now.
    await run("make", ["--no-print-directory", "package"]);
    await run("cargo", ["build", "--quiet", "-p", "warmlead-server"]);
  }
  await suite("npm package, built", () => check("make", ["--no-print-directory", "package"]));
  const { browser } = await chromium();
  // The command was built for its own tests.
  const env = { CHROMIUM: browser, WARMLEAD_BIN: join(cargoTarget, "debug/warmlead") };
  for (const folder of folders()) await suite(`tests/${folder}`, () => counted(node, ["--test", "--test-reporter=tap", ...testFiles(folder)], { env }));
  report();
});

/** The folders of tests/ with tests for Node. */
function folders() {
  return readdirSync(join(root, "tests"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && testFiles(entry.name).length > 0)
    .map(({ name }) => name);
}

function testFiles(folder) {
  const path = join(root, "tests", folder);
  return readdirSync(path).filter((name) => name.endsWith(".test.mjs")).map((name) => join(path, name));
}
