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
cpSync(join(root, "tests/package/types/consumer.ts"), join(folder, "consumer.ts"));
mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
for (const name of ["@types/node", "undici-types"]) {
  const link = join(folder, "node_modules", name);
  if (!existsSync(link)) symlinkSync(join(modules, name), link);
}

const ways = [
  ["node16", { module: "node16", moduleResolution: "node16", lib: ["es2022"], types: ["node"] }],
  ["nodenext, with Node's types", { module: "nodenext", moduleResolution: "nodenext", lib: ["es2024"], types: ["node"] }],
  ["bundler, with the DOM", { module: "preserve", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] }],
];
for (const [name, options] of ways) {
  test(`a strict project compiles and runs: ${name}`, async () => {
    const config = { compilerOptions: { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: "es2022", outDir: "out", rootDir: ".", ...options }, files: ["consumer.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    await run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", folder], { capture: true });
    const printed = JSON.parse(execFileSync(process.execPath, [join(folder, "out/consumer.js")], { encoding: "utf8" }));
    assert.deepEqual(printed, {
      value: 13, rejections: 0, labels: ["pricing: 1 of 1", "cart: 1 of 1"], followed: 1, code: "/scores", matches: true, unused: 4,
    });
  });
}
