// Tries every mutant of src/condition/ and src/engine/: is there a test that notices it? tests/mutants/ weaves all of them into one build, where
// the environment says which is active. A mutant is tried by the tests that reach its place, quick ones first, with few random cases. What came out is
// kept, so that a run that was stopped goes on. Arguments: what the names contain of the mutants to try, and "1" if what survives is to be tried
// once more, with as many random cases as `make test` takes.

import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { mutator } from "./need.mjs";
import { cargoTarget, main, root, run, say, step, StepError, target } from "./steps.mjs";

const folder = join(root, "tests/mutants");
const home = join(target, "mutants");
const tree = join(home, "tree");
const files = Object.fromEntries(["list.json", "woven.json", "tests.json", "results.jsonl"].map((name) => [name.split(".")[0], join(home, name)]));
/** Test programs that measure memory, which is not about what the engine says. */
const beside = ["bombs", "memory", "state_size"];
/** Random cases at first: what most mutants don't survive. */
const few = { WARMLEAD_MUTATIONS: "500" };
const fewCases = { differential: 150, explain: 15, schema: 500, warnings: 500 };
/** Nothing that fails is made smaller: that it fails is enough. */
const always = { PROPTEST_MAX_SHRINK_ITERS: "0", RUST_BACKTRACE: "0" };
/** Tests below this many milliseconds share a process. */
const quick = 100;

main(async () => {
  const [only = "", thorough = ""] = process.argv.slice(2);
  const { PATH } = await mutator();
  mkdirSync(home, { recursive: true });
  const inputs = ["src", "tests", "Cargo.toml", "Cargo.lock", "pkg-config/tools/mutants.mjs"].map((name) => join(root, name));
  // What can't be run must not look as if it had failed.
  if (existsSync(files.tests) && !read(files.tests).every(({ path }) => existsSync(path))) rmSync(files.tests);
  await step("mutants, woven into one build (some minutes)", { inputs, outputs: [files.tests] }, async () => {
    for (const path of Object.values(files)) rmSync(path, { force: true });
    await weave(PATH);
    writeFileSync(files.tests, JSON.stringify(await learn(await build())));
  });
  const mutants = read(files.woven).filter(({ name }) => name.includes(only));
  if (mutants.length === 0) throw new StepError(`no mutant's name contains ${only}`);
  await tryAll(mutants, read(files.tests), thorough === "1" ? [true, false] : [true]);
  report(mutants);
  say(`what noticed each is in ${relative(root, files.results)}`);
});

const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Lists the mutants and weaves those that compile into a copy of the project. */
async function weave(PATH) {
  const globs = ["src/condition/**", "src/engine/**"].flatMap((glob) => ["-f", glob]);
  // The compiler is then asked without the network, which a machine that has built nothing yet has the sources from.
  await run("cargo", ["fetch", "--quiet", "--locked"]);
  writeFileSync(files.list, (await run("cargo", ["mutants", "--list", "--json", ...globs], { env: { PATH }, capture: true })).output);
  const weaver = join(cargoTarget, "mutants/weaver");
  await run("cargo", ["build", "--quiet", "--locked", "--manifest-path", join(folder, "Cargo.toml")], { env: { CARGO_TARGET_DIR: weaver } });
  await run(join(weaver, "debug/warmlead-mutants"), [root, files.list, tree, join(cargoTarget, "mutants/build"), files.woven]);
}

/** Builds the tests of the woven project: { name, path } of each program. */
async function build() {
  const env = { CARGO_TARGET_DIR: join(cargoTarget, "mutants/build"), RUSTFLAGS: "--cap-lints=allow", CARGO_PROFILE_DEV_OPT_LEVEL: "2", CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: "0" };
  const { output } = await run("cargo", ["test", "--quiet", "-p", "warmlead", "--lib", "--tests", "--no-run", "--message-format=json"], { cwd: tree, env, capture: true });
  const built = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return built.filter(({ executable }) => executable).map(({ target, executable }) => ({ name: target.name, path: executable })).filter(({ name }) => !beside.includes(name));
}

/** Runs each test by itself without a mutant: all must pass. { program, path, test, millis, places } of each: how long it takes, with few cases, and what it reaches. */
async function learn(programs) {
  const tests = [];
  for (const { name: program, path } of programs) {
    const { output } = await run(path, ["--list"], { capture: true });
    for (const [, test] of output.matchAll(/^(.+): test$/gm)) tests.push({ program, path, test });
  }
  say(`${tests.length} tests, without a mutant`);
  await inParallel(tests, async (entry) => {
    const { verdict, millis } = await attempt(0, [entry], true, 600_000);
    const reached = join(home, `reached-${tests.indexOf(entry)}`);
    rmSync(reached, { force: true });
    const again = await attempt(0, [entry], true, 600_000, { MUTANTS_REACHED: reached });
    if (verdict !== "survived" || again.verdict !== "survived") throw new StepError(`${entry.program}: ${entry.test} fails without a mutant`);
    const places = existsSync(reached) ? readFileSync(reached, "utf8").split("\n").filter(Boolean).map(Number) : [];
    rmSync(reached, { force: true });
    Object.assign(entry, { millis, places });
  });
  return tests.filter(({ places }) => places.length > 0);
}

/** Tries what has not been tried and, in a pass that has not few cases, what has survived. */
async function tryAll(mutants, tests, passes) {
  const reach = new Map();
  for (const test of tests) for (const place of test.places) reach.set(place, [...(reach.get(place) ?? []), test]);
  for (const hasFew of passes) {
    const done = results();
    const isLeft = (result) => (hasFew ? !result : result?.state === "survived" && !result.thorough);
    const left = shuffled(mutants.filter(({ number, state }) => state === "woven" && isLeft(done.get(number))));
    const start = performance.now();
    let [count, survived, told] = [0, 0, start];
    if (left.length > 0) say(hasFew ? `${left.length} mutants to try` : `${left.length} survivors to try with more cases`);
    await inParallel(left, async (mutant) => {
      const result = await tried(mutant, reach.get(mutant.place) ?? [], hasFew);
      appendFileSync(files.results, `${JSON.stringify(result)}\n`);
      count += 1;
      if (result.state === "survived") survived += 1;
      if (performance.now() - told > 30_000) {
        told = performance.now();
        say(`${count} of ${left.length}, ${survived} survived, about ${Math.round(((told - start) / count) * (left.length - count) / 60_000)} minutes left`);
      }
    });
  }
}

/** What was noted of each mutant, the last of it. */
function results() {
  const lines = existsSync(files.results) ? readFileSync(files.results, "utf8").split("\n").filter(Boolean) : [];
  return new Map(lines.map((line) => JSON.parse(line)).map((result) => [result.number, result]));
}

/** Tries a mutant with the tests that reach it. */
async function tried({ number, name }, tests, hasFew) {
  if (tests.length === 0) return { number, name, state: "never reached" };
  for (const batch of batches(tests, hasFew)) {
    const millis = batch.reduce((sum, test) => sum + test.millis, 0);
    const { verdict, by } = await attempt(number, batch, hasFew, Math.max(10_000, 10 * millis) * (hasFew ? 1 : 10));
    if (verdict !== "survived") return { number, name, state: verdict, by, ...(!hasFew && { thorough: true }) };
  }
  return { number, name, state: "survived", ...(!hasFew && { thorough: true }) };
}

/** What runs in one process each: the quick tests of a program together, others alone; quick ones first. With more cases, those alone that have them. */
function batches(tests, hasFew) {
  const all = new Map();
  for (const test of tests) {
    if (!hasFew && !(test.program in fewCases) && test.program !== "fuzz") continue;
    const key = test.millis < quick ? test.program : `${test.program} ${test.test}`;
    all.set(key, [...(all.get(key) ?? []), test]);
  }
  const cost = (batch) => batch.reduce((sum, { millis }) => sum + millis, 0);
  return [...all.values()].sort((one, other) => cost(one) - cost(other));
}

/** Runs tests of one program under a mutant. It is over when one fails, or when time is up. */
function attempt(number, batch, hasFew, limit, more = {}) {
  const [{ program, path }] = batch;
  const cases = hasFew ? { ...few, ...(program in fewCases && { WARMLEAD_CASES: String(fewCases[program]) }) } : {};
  return new Promise((done) => {
    const start = performance.now();
    // What takes ever more memory is noticed, too.
    const limited = ["-c", 'ulimit -v 4194304; exec "$0" "$@"', path, "--exact", "--test-threads=1", ...batch.map(({ test }) => test)];
    const child = spawn("sh", limited, { cwd: tree, detached: true, stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ...always, ...cases, MUTANT: String(number), ...more } });
    running.add(child);
    let output = "";
    let verdict;
    const stop = (why) => {
      verdict ??= why;
      kill(child);
    };
    const timer = setTimeout(() => stop("never ended"), limit);
    child.stdout.on("data", (data) => {
      output += data;
      if (/^test .* FAILED$/m.test(output)) stop("noticed");
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      running.delete(child);
      verdict ??= code === 0 ? "survived" : "noticed";
      const [, test] = /^test (\S+) \.\.\. (?!ok$)/m.exec(output) ?? [];
      done({ verdict, millis: performance.now() - start, ...(verdict !== "survived" && { by: `${program}: ${test ?? batch[0].test}` }) });
    });
  });
}

/** What would go on without us. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    running.forEach(kill);
    process.exit(1);
  });
}

function kill(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

/** Does a piece of work on each, as many at a time as there are processors. */
async function inParallel(entries, work) {
  const queue = entries.values();
  const worker = async () => {
    for (const entry of queue) await work(entry);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Neighbours take about as long: mixed, the same way every time, the first tell what is to come. */
function shuffled(list) {
  const order = (entry) => (Math.imul(entry.number, 0x9e3779b1) >>> 0);
  return [...list].sort((one, other) => order(one) - order(other));
}

/** How many came out how, by file, and what survived. */
function report(mutants) {
  const done = results();
  const states = ["noticed", "never ended", "does not compile", "never reached", "survived", "not woven"];
  const outcome = (mutant) => (mutant.state === "woven" ? (done.get(mutant.number)?.state ?? "not tried") : mutant.state);
  const row = (name, list) => [name, ...states.map((state) => String(list.filter((mutant) => outcome(mutant) === state).length))];
  const names = [...new Set(mutants.map(({ file }) => file))];
  const byFile = names.map((name) => row(name, mutants.filter(({ file }) => file === name)));
  const table = [["", ...states], ...byFile, row("all", mutants)];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  const lines = table.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  "));
  process.stdout.write(`\n${lines.join("\n")}\n`);
  for (const state of ["survived", "never reached", "not woven"]) {
    const lines = mutants.filter((mutant) => outcome(mutant) === state).map(({ name }) => `  ${name}`);
    if (lines.length > 0) process.stdout.write(`\n${state}:\n${lines.join("\n")}\n`);
  }
}
