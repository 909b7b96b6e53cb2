// Builds the package's core with a module that can be made to trap: as the package is built, but for the feature `trap` and what makes it small.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { adapt } from "../../../pkg-config/tools/glue.mjs";
import { bindgen } from "../../../pkg-config/tools/need.mjs";
import { cargoTarget, root, run, step, target } from "../../../pkg-config/tools/steps.mjs";

const home = join(target, "npm/trap");

/** Builds it; the paths of the entry and of the module. */
export async function trapping() {
  // In a folder of its own, so that the package's module need not be built again.
  const built = join(cargoTarget, "trap");
  await step("a module that traps", {}, () =>
    run("cargo", ["build", "--quiet", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm", "--no-default-features", "--features", "page,trap", "--target-dir", built], {
      // What is to be small or fast is tested elsewhere.
      env: { CARGO_PROFILE_WASM_OPT_LEVEL: "1", CARGO_PROFILE_WASM_LTO: "off", CARGO_PROFILE_WASM_CODEGEN_UNITS: "16" },
    }),
  );
  rmSync(home, { recursive: true, force: true });
  await run(await bindgen(), [join(built, "wasm32-unknown-unknown/wasm/warmlead.wasm"), home]);
  const glue = join(home, "warmlead.js");
  writeFileSync(glue, adapt(readFileSync(glue, "utf8"), true));
  const entry = join(home, "entry.mjs");
  const { build } = createRequire(join(root, "pkg-config/package.json"))("esbuild");
  await build({ entryPoints: [join(root, "tests/package/trap/entry.mjs")], outfile: entry, bundle: true, format: "esm", platform: "neutral", alias: { "warmlead-glue": glue }, logLevel: "warning" });
  return { entry, wasm: join(home, "warmlead_bg.wasm") };
}
