// Runs test suites and keeps the score: what passed, what failed, how long it took. It knows nothing of what is tested.

import { run, say, seconds } from "./steps.mjs";

/** Part of the names of the suites that shall run; all have this one. */
let only = "";

/** Only suites whose names have this in them run from now on. */
export function choose(part) {
  only = part;
}

/** The suites that ran: { name, passed, failed, millis }. */
const done = [];

/**
 * Runs a suite. `work` answers how many tests passed and failed, `{ passed, failed }`; what it throws fails the suite as a whole,
 * and the others run all the same.
 */
export async function suite(name, work) {
  if (!name.includes(only)) return;
  say(`${name} …`);
  const start = performance.now();
  let result;
  try {
    result = await work();
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    result = { passed: 0, failed: 1 };
  }
  const millis = performance.now() - start;
  if (result.failed === 0 && result.passed === 0) {
    process.stdout.write("no test ran\n");
    result.failed = 1;
  }
  done.push({ name, ...result, millis });
  say(`${name}: ${result.failed === 0 ? "passed" : "FAILED"}, ${seconds(millis)}`);
}

/** A program whose exit code is the whole answer. */
export async function check(command, args, options) {
  await run(command, args, options);
  return { passed: 1, failed: 0 };
}

/** A program that says how many tests passed: cargo's, wasm-bindgen's, Node's and our own ways are understood. The answer has its `output`, too. */
export async function counted(command, args, options = {}) {
  const { code, output } = await run(command, args, { ...options, capture: true, tolerate: true });
  let passed = 0;
  let failed = 0;
  for (const [, good, bad] of output.matchAll(/^(?:test result: .*?)?(\d+) passed[;,] (\d+) failed/gm)) {
    passed += Number(good);
    failed += Number(bad);
  }
  for (const [, word, count] of output.matchAll(/^(?:#|ℹ) (pass|fail|cancelled) (\d+)$/gm)) {
    if (word === "pass") passed += Number(count);
    else failed += Number(count);
  }
  if (code !== 0 && failed === 0) failed = 1;
  if (failed > 0) process.stdout.write(output);
  return { passed, failed, output };
}

/** Prints the table and the closing line; fails the process if anything failed. */
export function report() {
  if (done.length === 0) {
    process.stdout.write(`no suite has “${only}” in its name\n`);
    process.exitCode = 1;
    return;
  }
  const width = Math.max(...done.map(({ name }) => name.length));
  const lines = done.map(({ name, passed, failed, millis }) => {
    const verdict = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`;
    return `  ${name.padEnd(width)}  ${seconds(millis).padStart(8)}  ${verdict}`;
  });
  const total = done.reduce((sum, { millis }) => sum + millis, 0);
  const sum = (key) => done.reduce((all, result) => all + result[key], 0);
  process.stdout.write(`\n${lines.join("\n")}\n  ${"all".padEnd(width)}  ${seconds(total).padStart(8)}\n\n${sum("passed")} passed, ${sum("failed")} failed\n`);
  if (sum("failed") > 0) process.exitCode = 1;
}
