// A project that uses the package: an empty one into which the packed file was installed, without a network.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFresh } from "../../pkg-config/tools/sources.mjs";
import { run, step, target } from "../../pkg-config/tools/steps.mjs";

const tarball = join(target, "npm/warmlead.tgz");

/** Installs the package into a project of this name; its folder. */
export async function install(name) {
  if (!existsSync(tarball)) throw new Error("the package is not built: make package");
  if (!isFresh()) throw new Error("the package is older than the sources: make package");
  const folder = join(target, "consumers", name);
  const home = join(folder, "node_modules/warmlead");
  const loader = join(folder, "load.mjs");
  await step(`consumer ${name}`, { inputs: [tarball], outputs: [home, loader] }, async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
    writeFileSync(loader, "export const load = (name) => import(name);\n");
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder, capture: true });
  });
  return folder;
}

/** What the package exports to a project under a name, for `import`. */
export async function load(folder, name = "warmlead") {
  const { load } = await import(pathToFileURL(join(folder, "load.mjs")).href);
  return load(name);
}
