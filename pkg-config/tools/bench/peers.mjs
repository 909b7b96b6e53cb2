// The libraries that the package is measured against: installed below target/ from their own lock file, and bundled as a page would download them.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { root, run, step, StepError, target } from "../steps.mjs";
import { programs } from "./processes.mjs";

/** Where they are installed. */
export const home = join(target, "bench");

/** Whether they are there. */
export const installed = () => existsSync(join(home, "node_modules"));

/** Installs them. */
export async function install() {
  const lists = ["package.json", "package-lock.json", ".npmrc"];
  await step("the libraries to compare with (once, some 20 MB)", { inputs: lists.map((name) => join(programs, name)), outputs: [join(home, "node_modules")] }, async () => {
    mkdirSync(home, { recursive: true });
    for (const name of lists) cpSync(join(programs, name), join(home, name));
    const { code, output } = await run("npm", ["ci", "--prefer-offline", "--no-progress"], { cwd: home, capture: true, tolerate: true });
    if (code === 0) return;
    rmSync(join(home, "node_modules"), { recursive: true, force: true });
    const reason = output.match(/npm error (?!code|errno|syscall)(.+)/)?.[1] ?? output;
    throw new StepError(`the libraries to compare with can't be installed, for which the npm registry must be in reach: ${reason}`);
  });
}

/** The version of each. */
export function versions() {
  const { dependencies } = JSON.parse(readFileSync(join(programs, "package.json"), "utf8"));
  return dependencies;
}

/** Bytes that a program which uses this of a library downloads, bundled, minified and compressed as the entries of the package are. */
export async function bundled(source) {
  const { build } = createRequire(join(root, "pkg-config/package.json"))("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: home },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  return brotli(outputFiles[0].contents);
}

/** Bytes of a file, compressed as far as Brotli goes. */
export const compressed = (path) => brotli(readFileSync(path));

/** Bytes of ZEN's native library for this platform, as npm installs it; nothing where there is none. */
export function nativeBytes() {
  const require = createRequire(join(home, "package.json"));
  const name = `@gorules/zen-engine-${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
  try {
    return statSync(require.resolve(name)).size;
  } catch {
    return undefined;
  }
}

function brotli(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }).length;
}
