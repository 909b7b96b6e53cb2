// Runs the programs of other people: with a time limit, in a home of their own, without telemetry, and so that nothing of them is left.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** Starts a program in a process group of its own, which `end` ends, whatever it has started itself. */
function start(program, args, cwd) {
  const child = spawn(program, args, { cwd, env: environment(), detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => {
    running.delete(end);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already, or has never been.
    }
  };
  running.add(end);
  const told = { out: "", all: "" };
  child.stdout.on("data", (data) => ((told.out += data), (told.all += data)));
  child.stderr.on("data", (data) => (told.all += data));
  return { child, told, end };
}

process.on("exit", () => {
  running.forEach((end) => end());
  rmSync(own, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Runs a program to its end; what it printed. Fails with all that it said if it fails or takes too long. */
export function execute(program, args, { cwd, limit = 120_000 }) {
  return new Promise((done, fail) => {
    const { child, told, end } = start(program, args, cwd);
    const timer = setTimeout(() => (end(), fail(new Error(`${program} took more than ${limit} ms:\n${told.all}`))), limit);
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      end();
      if (code === 0) done(told.out);
      else fail(new Error(`${[program, ...args].join(" ")} ended with ${signal ?? code}:\n${told.all}`));
    });
  });
}

/** Starts a server and runs `work` with the address that it prints. */
export async function serving(program, args, { cwd, limit = 60_000 }, work) {
  const { child, told, end } = start(program, args, cwd);
  try {
    const address = await new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`${program} named no address in ${limit} ms:\n${told.all}`)), limit);
      const look = () => {
        const found = told.all.match(/http:\/\/(?:localhost|127\.0\.0\.1):\d+/)?.[0];
        if (found) clearTimeout(timer), done(found);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.on("error", fail);
      child.on("close", (code) => fail(new Error(`${[program, ...args].join(" ")} ended with ${code}:\n${told.all}`)));
    });
    return await work(address);
  } catch (error) {
    error.message += `\n${told.all}`;
    throw error;
  } finally {
    end();
  }
}
