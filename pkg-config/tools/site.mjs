// Lays out the demo site: www/ as it is, and the package under /warmlead/, where its pages import it from.

import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { main, root, step, StepError, target } from "./steps.mjs";

const site = join(target, "site");
const source = join(root, "www");
const built = join(target, "npm/package");

main(async () => {
  if (!existsSync(built)) throw new StepError("the npm package is not built yet: make package");
  await step("demo site", { inputs: [source, built], outputs: [site] }, () => {
    rmSync(site, { recursive: true, force: true });
    cpSync(source, site, { recursive: true });
    cpSync(built, join(site, "warmlead"), { recursive: true });
  });
});
