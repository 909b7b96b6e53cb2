// A real `warmlead serve` of a test's own: started on a free port, killed without warning, started again on the same port and database.
// It knows nothing of browsers.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cargoTarget, target } from "../../pkg-config/tools/steps.mjs";

const program = process.env.WARMLEAD_BIN ?? join(cargoTarget, "debug/warmlead");

/** Starts a collector with an empty database and the demo site. */
export async function startCollector() {
  assert.ok(existsSync(program), `${program} is missing: cargo build -p warmlead-server`);
  const folder = mkdtempSync(join(tmpdir(), "warmlead-e2e-"));
  const collector = new Collector(folder);
  await collector.start();
  return collector;
}

class Collector {
  #folder;
  #server = null;
  #listen = "127.0.0.1:0";
  /** Where it is, without a slash at the end. */
  address = "";

  constructor(folder) {
    this.#folder = folder;
  }

  /** Starts it, at the second time where it was before. */
  async start() {
    const args = ["serve", "--listen", this.#listen, "--db", join(this.#folder, "visits.db"), "--site", join(target, "site")];
    this.#server = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await Promise.race([
      once(createInterface({ input: this.#server.stdout }), "line"),
      once(this.#server, "exit").then(([code]) => { throw new Error(`the collector ended with ${code} instead of listening`); }),
    ]);
    this.address = line.match(/http:\/\/\S+/)[0];
    this.#listen = new URL(this.address).host;
  }

  /** Ends it as a power cut would: no signal that it could hear. */
  async kill() {
    const gone = once(this.#server, "exit");
    this.#server.kill("SIGKILL");
    await gone;
    this.#server = null;
  }

  /** Ends it and removes what it has kept. */
  async end() {
    if (this.#server) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What it knows of a visitor; null if nothing. */
  async visitor(id) {
    const response = await fetch(`${this.address}/v1/visitors/${id}`);
    if (response.status === 404) return null;
    assert.equal(response.status, 200);
    return response.json();
  }

  /** The visitors that it knows. */
  async visitors() {
    return (await (await fetch(`${this.address}/v1/visitors`)).json()).visitors;
  }
}

/** What the command line makes of a timeline at a time, with the receipt. */
export function scoreNatively(visitor, timeline, now) {
  const lines = timeline.map(({ receivedAt, shift, ...event }) => JSON.stringify({ visitor, ...event }));
  const args = ["score", "--model", "b2b-saas", "--now", new Date(now).toISOString(), "--explain", "-"];
  const { rejected, ...assessment } = JSON.parse(execFileSync(program, args, { input: lines.join("\n"), encoding: "utf8" }));
  assert.deepEqual(rejected, []);
  return assessment;
}
