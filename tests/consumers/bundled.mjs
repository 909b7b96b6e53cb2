// What bundlers make of the package, each called the shortest way that it has: pages, and programs in one file.

import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { shown, shownFrom } from "./support/chromium.mjs";
import { expected, expectedOfClient } from "./support/expected.mjs";
import { bin, layOut } from "./support/install.mjs";
import { copies } from "./support/outputs.mjs";
import { execute, serving } from "./support/programs.mjs";

const apps = {
  bundled: { what: "a page" },
  "bundled-worker": { what: "a page with a worker", sources: ["src/index.js", "src/worker.js"] },
  "bundled-client": { what: "a page with the browser client", shows: expectedOfClient, later: true },
  "bundled-both": { what: "a page that scores beside the browser client" },
  // Rollup alone does not know what `require` is.
  "bundled-mixed": { what: "a page that imports and requires", without: "Rollup" },
};

const vite = bin("vite/bin/vite.js");
const esbuild = bin("esbuild/bin/esbuild");

/** Bundler → its command line for the sources of a page and its worker. */
const bundlers = {
  Vite: () => [vite, "build"],
  "webpack 5": () => [bin("webpack-cli/bin/cli.js"), "--mode=production", "--output-filename=index.js"],
  // Rollup finds packages by a plug-in that its own documentation asks for; workers are to it sources like others, as to esbuild.
  Rollup: (sources) => [bin("rollup/dist/bin/rollup"), ...sources, "--plugin=node-resolve", "--dir=dist"],
  esbuild: (sources) => [esbuild, ...sources, "--bundle", "--minify", "--splitting", "--format=esm", "--outdir=dist"],
};

/** Bundles in a folder; where the output is, in which there is exactly one engine. */
async function bundle(cwd, command) {
  await execute(process.execPath, command, { cwd });
  const dist = join(cwd, "dist");
  assert.equal(copies(dist).length, 1, `copies of the engine: ${copies(dist).join(", ") || "none"}`);
  return dist;
}

for (const [bundler, command] of Object.entries(bundlers)) {
  for (const [app, { what, sources = ["src/index.js"], shows = expected, later, without }] of Object.entries(apps)) {
    if (bundler === without) continue;
    test(`${bundler}: ${what}`, async () => {
      const dist = await bundle(layOut(`${app}-${bundler.match(/\w+/)[0].toLowerCase()}`, app), command(sources));
      // The client has the engine loaded when the page is at rest.
      if (later) assert.ok(!readFileSync(join(dist, "index.html"), "utf8").includes(basename(copies(dist)[0])), "the page loads the engine at once");
      assert.deepEqual(await shownFrom(dist), shows);
    });
  }
}

for (const [app, shows] of [["bundled", expected], ["bundled-client", expectedOfClient]]) {
  test(`Vite, while developing: ${apps[app].what}`, async () => {
    const cwd = layOut(`${app}-vite-dev`, app);
    await serving(process.execPath, [vite, "--host=127.0.0.1", "--port=0"], { cwd }, async (address) => assert.deepEqual(await shown(address), shows));
  });
}

for (const format of ["esm", "cjs"]) {
  test(`esbuild: a program in one file for Node (${format}), which is all that is deployed`, async () => {
    const folder = layOut(`function-${format}`, "function");
    const file = format === "esm" ? "index.mjs" : "index.cjs";
    const dist = await bundle(folder, [esbuild, "src/index.js", "--bundle", "--platform=node", `--format=${format}`, `--outfile=dist/${file}`]);
    rmSync(join(folder, "node_modules"), { recursive: true });
    assert.deepEqual(JSON.parse(await execute(process.execPath, [file], { cwd: dist })), expected);
  });
}
