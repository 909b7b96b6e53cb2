// How the build and the tests run other programs: say what is done, how long it took, and skip what is up to date.
// It knows nothing of what is built.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** Where products go. */
export const target = join(root, "target");

/** Where Cargo builds: elsewhere, if its own variable says so. */
export const cargoTarget = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");

/** Milliseconds as seconds, for people. */
export const seconds = (millis) => `${(millis / 1000).toFixed(1)} s`;

/** A step that failed in a way that its own output explains. */
export class StepError extends Error {}

/**
 * Does a named piece of work and says how long it took. With `inputs` (files or folders) and `outputs`, it is left out
 * while no input has changed since it was last done and every output is there.
 */
export async function step(name, { inputs, outputs = [], key = "" } = {}, work) {
  const stamp = join(target, "stamps", name.replace(/[^a-z0-9]+/gi, "-"));
  const state = inputs && digest(inputs, key);
  if (state && existsSync(stamp) && readFileSync(stamp, "utf8") === state && outputs.every((output) => existsSync(output))) {
    say(`${name}: up to date`);
    return false;
  }
  say(`${name} …`);
  const start = performance.now();
  await work();
  for (const output of outputs) {
    if (!existsSync(output)) throw new StepError(`${name} did not make ${relative(root, output)}`);
  }
  if (state) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, state);
  }
  say(`${name}: ${seconds(performance.now() - start)}`);
  return true;
}

/** Says a line about the work itself. */
export function say(line) {
  process.stdout.write(`· ${line}\n`);
}

/**
 * Runs a program, its output going where ours goes; with `capture`, into the answer, and shown only if the program fails.
 * Fails with a StepError naming the command.
 */
export function run(command, args, { cwd = root, env = {}, capture = false, tolerate = false } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", capture ? "pipe" : "inherit", capture ? "pipe" : "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    child.on("error", (error) => (tolerate ? done({ code: 127, output: String(error) }) : fail(new StepError(`${command} can't be run: ${error.message}`))));
    child.on("close", (code, signal) => {
      if (code === 0 || tolerate) return done({ code: code ?? 1, output });
      if (capture) process.stderr.write(output);
      fail(new StepError(`${[command, ...args].join(" ")} ended with ${signal ?? code}`));
    });
  });
}

/** Runs the main function of a script; what fails is told in one line, without a stack for what is nobody's bug. */
export function main(work) {
  work().catch((error) => {
    process.exitCode = 1;
    process.stderr.write(error instanceof StepError ? `${error.message}\n` : `${error.stack ?? error}\n`);
  });
}

export function digest(paths, key = "") {
  const hash = createHash("sha256").update(key);
  const add = (path) => {
    if (!existsSync(path)) return hash.update(`${relative(root, path)} is missing\n`);
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "node_modules" && name !== "target") add(join(path, name));
    } else {
      hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
    }
  };
  paths.forEach(add);
  return hash.digest("hex");
}
