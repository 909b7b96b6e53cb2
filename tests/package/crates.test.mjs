// The crates as they would be published: what is in them, and that it is enough to compile both.
// Cargo's own verification keeps the first crate of a version that it has unpacked; in a working copy, that soon is an old one.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { cargoTarget, root, run, target } from "../../pkg-config/tools/steps.mjs";

const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
const [, version] = /^version = "(.*)"$/m.exec(manifest);
const folder = join(target, "crates");
/** Crate → the files in it. */
const files = {};

before(async () => {
  // What is not committed yet is packed, too.
  const { output } = await run("cargo", ["package", "--workspace", "--no-verify", "--allow-dirty", "--quiet"], { capture: true });
  assert.doesNotMatch(output, /manifest has no|error/);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["warmlead", "warmlead-server"]) {
    const archive = join(cargoTarget, "package", `${name}-${version}.crate`);
    // With the time of now: what Cargo packs has the same time for ever, by which it would take changed files for known ones.
    await run("tar", ["-xzmf", archive, "-C", folder]);
    const { output } = await run("tar", ["-tzf", archive], { capture: true });
    files[name] = output.trim().split("\n").map((path) => path.slice(`${name}-${version}/`.length));
  }
});

const wanted = {
  warmlead: ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md", "src/lib.rs", "src/models/b2b-saas.json"],
  "warmlead-server": ["Cargo.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "src/main.rs"],
};
for (const [name, needed] of Object.entries(wanted)) {
  test(`${name} carries its licences and its sources, and none of the tests or of the npm package`, () => {
    for (const file of needed) assert.ok(files[name].includes(file), file);
    const other = files[name].filter((file) => !/^(src\/.+\.(rs|json|table|css)|[A-Z-]+(\.md)?|Cargo\.(toml|toml\.orig|lock)|\.cargo_vcs_info\.json)$/.test(file));
    assert.deepEqual([other, files[name].filter((file) => file.startsWith("src/server/"))], [[], []]);
  });
}

test("both compile from what they carry", async () => {
  // With the profile and the versions of the workspace, so that what was compiled for other tests serves here.
  const profile = /^\[profile\.dev\]\n(.+\n)*/m.exec(manifest)[0];
  const members = Object.keys(files).map((name) => `"${name}-${version}"`);
  writeFileSync(join(folder, "Cargo.toml"), `[workspace]\nresolver = "3"\nmembers = [${members}]\n\n[patch.crates-io]\nwarmlead = { path = "warmlead-${version}" }\n\n${profile}`);
  cpSync(join(root, "Cargo.lock"), join(folder, "Cargo.lock"));
  await run("cargo", ["check", "--quiet", "--workspace", "--bins", "--lib"], { cwd: folder, capture: true, env: { CARGO_TARGET_DIR: cargoTarget } });
});
