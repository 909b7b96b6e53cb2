// Runs the programs of other people: with a time limit, in a home of their own, without telemetry, and so that nothing of them is left.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long anything may take before it counts as hanging: on a busy machine a build takes minutes. */
const LIMIT = 300_000;
const running = new Set();
/** What programs keep between runs they keep here, and not for long. */
const own = mkdtempSync(join(tmpdir(), "warmlead-consumers-"));

function environment() {
  // Node's test runner tells its children that they are tests. These are not.
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env;
  return {
    ...env,
    HOME: own,
    XDG_CONFIG_HOME: join(own, "config"),
    XDG_CACHE_HOME: join(own, "cache"),
    DENO_DIR: join(own, "deno"),
    CI: "1",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
  };
}

/** Starts a program in a process group of its own, which `end` ends, whatever the program has started itself. `told` is what it has said so far. */
function start(program, args, cwd) {
  const child = spawn(program, args, { cwd, env: environment(), detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const told = { output: "", all: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      if (stream === child.stdout) told.output += text;
      told.all += text;
    });
  }
  const timer = setTimeout(() => child.emit("error", new Error(`nothing came of it in ${LIMIT / 1000} s`)), LIMIT);
  const end = () => {
    clearTimeout(timer);
    running.delete(end);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already, or has never been.
    }
  };
  running.add(end);
  /** How it ended: its code, or the signal that ended it. */
  const ended = new Promise((done, fail) => child.on("error", fail).on("close", (code, signal) => done(code ?? signal)));
  return { child, told, timer, ended, end };
}

/** Does `work` with a program and ends the program; what that has said goes along with whatever goes wrong. */
async function using(program, args, cwd, work) {
  const started = start(program, args, cwd);
  try {
    return await work(started);
  } catch (error) {
    error.message = `${[program, ...args].join(" ")}: ${error.message}\n${started.told.all}`;
    throw error;
  } finally {
    started.end();
  }
}

process.on("exit", () => {
  running.forEach((end) => end());
  rmSync(own, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Runs a program to its end; what it printed. Fails with all that it said if it fails or takes too long. */
export function execute(program, args, { cwd }) {
  return using(program, args, cwd, async ({ told, ended }) => {
    const code = await ended;
    if (code !== 0) throw new Error(`it ended with ${code}`);
    return told.output;
  });
}

/** Starts a server and runs `work` with the address that it prints. */
export function serving(program, args, { cwd }, work) {
  return using(program, args, cwd, async ({ child, told, timer, ended }) => {
    const failed = ended.then((code) => {
      throw new Error(`it ended with ${code}`);
    });
    const named = new Promise((found) => {
      const look = () => {
        const address = told.all.match(/(http:\/\/(?:localhost|127\.0\.0\.1):\d+)\D/)?.[1];
        if (address) found(address);
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
    });
    const address = await Promise.race([named, failed]);
    clearTimeout(timer);
    return await Promise.race([work(address), failed]);
  });
}
