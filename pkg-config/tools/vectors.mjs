// The test vectors on three platforms: natively, and as WebAssembly in Node and in Chromium. Each test prints `digest NAME HEX`,
// a hash over all that it computed; the three must agree.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, testRunner } from "./need.mjs";
import { root, run, StepError, target } from "./steps.mjs";
import { counted, suite } from "./suites.mjs";

const wasm32 = ["--target", "wasm32-unknown-unknown"];

/** The tests under tests/ that are made for WebAssembly, too, as arguments for cargo. */
function wasmTests() {
  const folder = join(root, "tests");
  const names = readdirSync(folder).filter((name) => name.endsWith(".rs") && readFileSync(join(folder, name), "utf8").includes("wasm_bindgen_test"));
  return names.flatMap((name) => ["--test", name.replace(/\.rs$/, "")]);
}

/** Runs the vectors everywhere, a suite for each platform, and one for their agreement. */
export async function vectors() {
  const digests = {};
  const keep = (platform) => (result) => {
    digests[platform] = read(result.output);
    return result;
  };
  await suite("vectors, natively", async () => keep("native")(await counted("cargo", ["test", "--quiet", "--workspace", ...wasmTests(), "--", "--nocapture"])));
  let runner;
  let modules;
  await suite("vectors, compiled to WebAssembly", async () => {
    runner = await testRunner();
    modules = await compile();
    return { passed: modules.length, failed: 0 };
  });
  if (!modules) return;
  await suite("vectors, in Node", async () => keep("Node")(await each(runner, modules, {})));
  await suite("vectors, in Chromium", async () => keep("Chromium")(await each(runner, modules, await inChromium())));
  await suite("vectors, the same everywhere", async () => agree(digests));
}

/** Compiles the tests; the paths of their modules. */
async function compile() {
  const { output } = await run("cargo", ["test", "--quiet", "-p", "warmlead", ...wasm32, ...wasmTests(), "--no-run", "--message-format", "json"], { capture: true });
  const messages = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return messages.map(({ executable }) => executable).filter((path) => path?.endsWith(".wasm"));
}

async function each(runner, modules, env) {
  const sum = { passed: 0, failed: 0, output: "" };
  for (const module of modules) {
    const result = await counted(runner, [module, "--nocapture"], { env });
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.output += result.output;
  }
  return sum;
}

/** The environment in which wasm-bindgen's runner drives a Chromium without a window. */
async function inChromium() {
  const { browser, driver } = await chromium();
  if (!driver) throw new StepError("no chromedriver found: install chromium-driver, or name one in CHROMEDRIVER");
  const capabilities = join(target, "chromium.json");
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
  if (!existsSync(target)) mkdirSync(target, { recursive: true });
  writeFileSync(capabilities, JSON.stringify({ "goog:chromeOptions": { binary: browser, args } }));
  return { CHROMEDRIVER: driver, WASM_BINDGEN_USE_BROWSER: "1", WASM_BINDGEN_TEST_WEBDRIVER_JSON: capabilities, WASM_BINDGEN_TEST_TIMEOUT: "300" };
}

/** Each digest that a platform printed, by name. */
function read(output) {
  return new Map(Array.from(output.matchAll(/\bdigest (\S+) ([0-9a-f]{16})\b/g), ([, name, hex]) => [name, hex]));
}

function agree(digests) {
  const native = digests.native ?? new Map();
  let passed = 0;
  const wrong = [];
  for (const [name, hex] of native) {
    for (const platform of ["Node", "Chromium"]) {
      const other = digests[platform]?.get(name);
      if (other === hex) passed += 1;
      else wrong.push(`${name}: native ${hex}, ${platform} ${other ?? "did not say"}`);
    }
  }
  if (wrong.length > 0) process.stdout.write(`${wrong.join("\n")}\n`);
  return { passed, failed: wrong.length };
}
