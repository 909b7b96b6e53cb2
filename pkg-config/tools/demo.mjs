// Builds the demo and starts it. Everything is brought that is not there; the collector prints the address once it listens.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bindgen, nodeModules } from "./need.mjs";
import { cargoTarget, main, root, run, step, target } from "./steps.mjs";

main(async () => {
  // Side by side: each leaves a core idle for a while.
  await Promise.all([
    step("the collector", {}, () => run("cargo", ["build", "--quiet", "--release", "-p", "warmlead-server"])),
    nodeModules().then(bindgen),
  ]);
  await run("make", ["--no-print-directory", "package"]);
  await run(process.execPath, [join(root, "pkg-config/tools/site.mjs")]);
  const database = join(target, "demo/warmlead.db");
  mkdirSync(join(target, "demo"), { recursive: true });
  const args = ["serve", "--db", database, "--model", join(root, "src/models/b2b-saas.json"), "--site", join(target, "site"), ...process.argv.slice(2)];
  const server = spawn(join(cargoTarget, "release/warmlead"), args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  server.on("close", (code) => (process.exitCode = code ?? 0));
});
