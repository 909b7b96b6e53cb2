// Fuzzes each target of tests/fuzz/ for a while, led by coverage. What it finds worth keeping goes on in target/fuzz/; what it breaks is kept there
// and said. Arguments: seconds for each target, and the target's name if it is to be one only.

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fuzzer } from "./need.mjs";
import { cargoTarget, main, root, run, say, step, StepError, target } from "./steps.mjs";

const folder = join(root, "tests/fuzz");
const home = join(cargoTarget, "fuzz");
const targets = readdirSync(join(folder, "bin")).map((name) => name.replace(/\.rs$/, ""));
/** Where inputs are beside the corpus. */
const more = { model: ["src/models", "tests/models"] };

main(async () => {
  const [seconds = "60", only = ""] = process.argv.slice(2);
  if (!/^[1-9]\d*$/.test(seconds)) throw new StepError(`\`seconds\` is ${seconds}; it must be a whole number`);
  if (only && !targets.includes(only)) throw new StepError(`there is no target \`${only}\`; there are ${targets.join(", ")}`);
  const { PATH, host } = await fuzzer();
  await step("fuzz targets", {}, () =>
    // Nothing in them is unsafe, so that they need no sanitizer, and go faster without.
    run("cargo", ["+nightly", "fuzz", "build", "--fuzz-dir", folder, "--target-dir", home, "--sanitizer", "none"], { env: { PATH }, capture: true }),
  );
  const broken = [];
  for (const name of only ? [only] : targets) {
    if (!(await fuzz(name, Number(seconds), join(home, host, "release", name)))) broken.push(name);
  }
  if (broken.length > 0) throw new StepError(`broken: ${broken.join(", ")}`);
});

/** Runs a target; whether nothing broke. */
async function fuzz(name, seconds, program) {
  const found = join(target, "fuzz/corpus", name);
  const crashes = join(target, "fuzz/crashes", name);
  for (const path of [found, crashes]) mkdirSync(path, { recursive: true });
  const before = new Set(readdirSync(crashes));
  const inputs = [found, join(folder, "corpus", name), ...(more[name] ?? []).map((path) => join(root, path))];
  const limits = [`-max_total_time=${seconds}`, "-timeout=10", "-rss_limit_mb=2048", `-dict=${join(folder, "words.dict")}`, `-artifact_prefix=${crashes}/`];
  const { code, panic } = await watched(name, seconds, program, [...limits, ...inputs]);
  const kept = readdirSync(crashes).filter((file) => !before.has(file));
  if (code === 0 && kept.length === 0) return true;
  process.stdout.write(`${panic}\n`);
  for (const file of kept) {
    const path = join(crashes, file);
    say(`${name} breaks on ${relative(root, path)}`);
    say(`  again: ${relative(root, program)} ${relative(root, path)}`);
    say(`  for good: cp ${relative(root, path)} tests/fuzz/corpus/${name}/ && cargo test -p warmlead --test fuzz ${name}`);
  }
  return false;
}

/** Runs libFuzzer and says now and then how far it is; its exit code, and what it said at the end. */
function watched(name, seconds, program, args) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, RUST_BACKTRACE: "0" } });
    const start = performance.now();
    let last = "";
    let tail = "";
    const tell = () => {
      const [, inputs, reached] = /^#(\d+)\s.*?cov: (\d+)/.exec(last) ?? [];
      const passed = Math.min(seconds, Math.round((performance.now() - start) / 1000));
      if (inputs) say(`${name}: ${passed} of ${seconds} s, ${inputs} inputs tried, ${reached} places in the code reached`);
    };
    const timer = setInterval(tell, 10_000);
    let rest = "";
    child.stderr.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (/^#\d+\s/.test(line)) last = line;
        else if (!/^(INFO|Dictionary|###)/.test(line)) tail = `${tail}${line}\n`.slice(-4000);
      }
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
    child.on("close", (code) => {
      clearInterval(timer);
      tell();
      done({ code, panic: tail });
    });
  });
}
