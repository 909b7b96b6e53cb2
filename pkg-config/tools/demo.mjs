// Builds the demo and starts it. Everything is brought that is not there; the collector prints the address once it listens.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bindgen, nodeModules } from "./need.mjs";
import { cargoTarget, main, root, run, step, target } from "./steps.mjs";

main(async () => {
  // Side by side: each leaves a core idle for a while.
  await Promise.all([
    step("the collector", {}, () => run("cargo", ["build", "--quiet", "--profile", "demo", "-p", "warmlead-server"])),
    nodeModules().then(bindgen),
  ]);
  await run("make", ["--no-print-directory", "package"]);
  await run(process.execPath, [join(root, "pkg-config/tools/site.mjs")]);
  // Outside of Cargo's folders, so that the demo's visitors outlive its builds.
  const data = join(target, "demo-data");
  mkdirSync(data, { recursive: true });
  const args = ["serve", "--db", join(data, "warmlead.db"), "--model", join(root, "src/models/b2b-saas.json"), "--site", join(target, "site"), ...process.argv.slice(2)];
  const server = spawn(join(cargoTarget, "demo/warmlead"), args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  server.on("close", (code) => (process.exitCode = code ?? 0));
});
