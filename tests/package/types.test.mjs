// The hand-written types: they compile strictly under the ways in which projects find them, say what is so, and are what the entry has.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, run } from "../../pkg-config/tools/steps.mjs";
import { install } from "./consumer.mjs";

const modules = join(root, "pkg-config/node_modules");
const folder = await install("types");
for (const name of ["consumer.ts", "entries.ts"]) cpSync(join(root, "tests/package/types", name), join(folder, name));
mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
for (const name of ["@types/node", "undici-types"]) {
  const link = join(folder, "node_modules", name);
  if (!existsSync(link)) symlinkSync(join(modules, name), link);
}

const ways = [
  ["node16", { module: "node16", moduleResolution: "node16", lib: ["es2022"], types: ["node"] }],
  ["nodenext, with Node's types", { module: "nodenext", moduleResolution: "nodenext", lib: ["es2024"], types: ["node"] }],
  ["bundler, with the DOM", { module: "preserve", moduleResolution: "bundler", lib: ["es2022", "esnext.disposable", "dom"], types: [] }],
];
for (const [name, options] of ways) {
  test(`a strict project compiles and runs: ${name}`, async () => {
    const config = { compilerOptions: { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: "es2022", outDir: "out", rootDir: ".", ...options }, files: ["consumer.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    await run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", folder], { capture: true });
    const printed = JSON.parse(execFileSync(process.execPath, [join(folder, "out/consumer.js")], { encoding: "utf8" }));
    // The idle rule takes 5 of the 10 points at each of two midnights at +01:00, 14 and 28 days later.
    assert.deepEqual(printed, {
      value: 13, rejections: 0, labels: ["pricing: 1 of 1", "cart: 1 of 1"], comes: `visitor at ${Date.UTC(2026, 1, 17, 23)}`, needed: [], followed: 1, code: "/scores", matches: true, translated: 1, unused: 5,
    });
  });
}

// 4.7 is the first to read `exports`, 5.0 the first with `bundler`. Without `exports`, the files stand where the names point.
const oldest = [
  ["4.7", "node"],
  ["4.7", "node16"],
  ["5.0", "node16"],
  ["5.0", "bundler"],
];
for (const [version, moduleResolution] of oldest) {
  test(`every entry has types for TypeScript ${version} with \`${moduleResolution}\``, async () => {
    const module = moduleResolution === "node16" ? "node16" : "esnext";
    for (const type of module === "node16" ? ["module", "commonjs"] : ["module"]) {
      const project = join(folder, `oldest-${version}-${moduleResolution}-${type}`);
      mkdirSync(project, { recursive: true });
      writeFileSync(join(project, "package.json"), JSON.stringify({ type }));
      cpSync(join(folder, "entries.ts"), join(project, "entries.ts"));
      const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, target: "es2020", lib: ["es2020", "dom"], types: [], module, moduleResolution };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["entries.ts"] }));
      await run(process.execPath, [join(modules, `typescript-${version}/bin/tsc`), "-p", project], { capture: true });
    }
  });
}
