// What the build and the tests need besides Rust, Node and make, and how it comes here. Each is brought once and then only looked for.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { cargoTarget, root, run, step, StepError, target } from "./steps.mjs";

const packages = join(root, "pkg-config");

/** Tools run for moments: building them fast matters more. */
const quickly = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "1", CARGO_PROFILE_RELEASE_LTO: "off", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16" };

/** The standard library for WebAssembly: rustup brings it with the toolchain of rust-toolchain.toml, other installations may lack it. */
export async function wasmTarget() {
  const installed = await run("rustup", ["target", "list", "--installed"], { capture: true, tolerate: true });
  if (installed.code !== 0 || installed.output.includes("wasm32-unknown-unknown")) return;
  await step("Rust's wasm32 target", {}, () => run("rustup", ["target", "add", "wasm32-unknown-unknown"]));
}

/** The npm packages of pkg-config/package-lock.json. */
export async function nodeModules() {
  const lists = ["package.json", "package-lock.json", ".npmrc"].map((name) => join(packages, name));
  const outputs = [join(packages, "node_modules/esbuild"), join(packages, "node_modules/binaryen")];
  await step("npm packages", { inputs: lists, outputs }, () => run("npm", ["ci", "--no-progress"], { cwd: packages }));
}

/** The program that writes the JavaScript glue; its path. */
export async function bindgen() {
  const folder = join(packages, "bindgen");
  const home = join(cargoTarget, "bindgen");
  const program = join(home, "debug/warmlead-bindgen");
  await step("wasm-bindgen (once, about a minute)", { inputs: [folder], outputs: [program] }, () =>
    run("cargo", ["build", "--quiet", "--locked", "--manifest-path", join(folder, "Cargo.toml")], { env: { CARGO_TARGET_DIR: home } }),
  );
  return program;
}

/** The runner of wasm-bindgen's tests; its path. */
export async function testRunner() {
  const home = join(target, "tools");
  const program = join(home, "bin/wasm-bindgen-test-runner");
  await step("wasm-bindgen's test runner (once, about three minutes)", { inputs: [join(packages, "bindgen/Cargo.toml")], outputs: [program] }, () =>
    // Without --locked: some of the versions that it pins no longer resolve.
    run("cargo", ["install", "--quiet", "wasm-bindgen-cli", "--version", "0.2.130", "--root", home, "--force", "--bin", "wasm-bindgen-test-runner"], {
      env: { CARGO_TARGET_DIR: join(cargoTarget, "tools"), ...quickly },
    }),
  );
  return program;
}

/** cargo-fuzz, and the nightly toolchain without which it can't work: a `PATH` on which it is, and what this machine is called (`host`). */
export async function fuzzer() {
  const home = join(target, "tools");
  const PATH = `${join(home, "bin")}${delimiter}${process.env.PATH}`;
  const nightly = () => run("cargo", ["+nightly", "--version", "--verbose"], { capture: true, tolerate: true });
  if ((await nightly()).code !== 0) {
    await step("Rust's nightly toolchain, for fuzzing (once)", {}, () => run("rustup", ["toolchain", "install", "nightly", "--profile", "minimal"], { capture: true, tolerate: true }));
  }
  const { code, output } = await nightly();
  if (code !== 0) throw new StepError(`fuzzing needs a nightly Rust: rustup toolchain install nightly (${output.trim().split("\n")[0]})`);
  const installed = await run("cargo", ["fuzz", "--version"], { env: { PATH }, capture: true, tolerate: true });
  if (installed.code !== 0) {
    await step("cargo-fuzz (once, about two minutes)", { outputs: [join(home, "bin/cargo-fuzz")] }, () =>
      run("cargo", ["install", "--quiet", "cargo-fuzz", "--root", home], { env: { CARGO_TARGET_DIR: join(cargoTarget, "tools"), ...quickly } }),
    );
  }
  return { PATH, host: /^host: (.+)$/m.exec(output)[1] };
}

/** cargo-mutants, which says what can be changed: a `PATH` on which it is. */
export async function mutator() {
  const home = join(target, "tools");
  const PATH = `${join(home, "bin")}${delimiter}${process.env.PATH}`;
  const version = "27.1.0";
  const installed = await run("cargo", ["mutants", "--version"], { env: { PATH }, capture: true, tolerate: true });
  if (installed.code !== 0 || !installed.output.includes(version)) {
    await step("cargo-mutants (once, about two minutes)", { outputs: [join(home, "bin/cargo-mutants")] }, () =>
      run("cargo", ["install", "--quiet", "cargo-mutants", "--version", version, "--locked", "--force", "--root", home], { env: { CARGO_TARGET_DIR: join(cargoTarget, "tools"), ...quickly } }),
    );
  }
  return { PATH };
}

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const drivers = ["/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver", "/usr/local/bin/chromedriver", "/opt/homebrew/bin/chromedriver"];

/**
 * A Chromium, `browser`, and its driver, `driver`: those that `CHROMIUM` and `CHROMEDRIVER` name, else those installed, else Debian's,
 * installed where that may be, else Playwright's, which has no driver.
 */
export async function chromium() {
  const look = () => ({
    browser: [process.env.CHROMIUM, ...browsers].find((path) => path && existsSync(path)),
    driver: [process.env.CHROMEDRIVER, ...drivers].find((path) => path && existsSync(path)),
  });
  let found = look();
  if ((!found.browser || !found.driver) && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    await step("Chromium (Debian's, once)", {}, async () => {
      const options = { capture: true, tolerate: true, env: { DEBIAN_FRONTEND: "noninteractive" } };
      await run("apt-get", ["update", "-qq"], options);
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"], options);
    });
    found = look();
  }
  if (!found.browser) found.browser = await playwrights();
  if (!found.browser) throw new StepError("no Chromium found: install chromium and chromium-driver (on Debian by apt-get install), or name them in CHROMIUM and CHROMEDRIVER");
  return found;
}

async function playwrights() {
  await nodeModules();
  const home = join(packages, "node_modules/playwright-core");
  const { chromium: own } = createRequire(import.meta.url)(home);
  if (!existsSync(own.executablePath())) {
    await step("Chromium (Playwright's, once)", {}, () => run(process.execPath, [join(home, "cli.js"), "install", "chromium"], { capture: true, tolerate: true }));
  }
  return existsSync(own.executablePath()) ? own.executablePath() : undefined;
}
