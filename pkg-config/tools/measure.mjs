// Measures what one score() costs and what a page downloads, and writes docs/measurements.md. No figure there comes from anywhere else.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { main, root, run, say, step, target } from "./steps.mjs";
import { visit } from "./visits.mjs";

const folder = join(target, "npm/package");
const model = JSON.parse(readFileSync(join(root, "src/models/b2b-saas.json"), "utf8"));
const sizes = [10, 100, 1000];
const runs = 51;
/** Some days after the last event, so that decay is at work. */
const now = Date.UTC(2026, 2, 10, 9);

main(async () => {
  await run("make", ["--no-print-directory", "package"]);
  const visits = sizes.map((size) => ({ events: visit(size, now) }));
  const input = join(target, "measure/visits.json");
  mkdirSync(join(target, "measure"), { recursive: true });
  writeFileSync(input, JSON.stringify({ runs, now, visits }));

  let native;
  await step("native, optimised", {}, async () => {
    const { output } = await run("cargo", ["bench", "--quiet", "-p", "warmlead", "--bench", "score", "--", input], { capture: true });
    native = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  });
  const { score } = await import(pathToFileURL(join(folder, "warmlead.js")).href);
  const wasm = visits.map(({ events }) => {
    const once = () => score(events, { visitor: "measured", now });
    const assessment = once();
    const times = Array.from({ length: runs }, () => {
      const start = performance.now();
      once();
      return (performance.now() - start) * 1e6;
    });
    return { assessment, median: times.sort((one, other) => one - other)[Math.floor(runs / 2)] };
  });
  // A fast wrong answer is worth nothing: both must say the same, and something.
  wasm.forEach(({ assessment }, index) => {
    assert.deepEqual(assessment, native[index].assessment);
    assert.deepEqual([assessment.events, assessment.rejected], [sizes[index], []]);
    assert.ok(assessment.scores.engagement.value > 0);
  });

  let requests;
  await step("requests at the edge", {}, async () => {
    const edge = async (length) => JSON.parse((await run("node", [join(root, "pkg-config/tools/measure-edge.mjs"), folder, length], { capture: true })).output);
    requests = [await edge(10), await edge(100)];
  });
  const text = report(native, wasm, requests, await versions());
  writeFileSync(join(root, "docs/measurements.md"), text);
  process.stdout.write(`\n${text}`);
  say("written to docs/measurements.md");
});

function report(native, wasm, requests, { rust, node }) {
  const speed = sizes.map((size, index) => `| ${size} | ${micros(native[index].median)} | ${micros(wasm[index].median)} |`);
  const snapshots = native.map(({ snapshot: { bytes, encode, decode } }, index) => `| ${sizes[index]} | ${grouped(bytes)} | ${Math.round(bytes / sizes[index])} | ${micros(encode)} | ${micros(decode)} |`);
  const each = (part) => requests.map((request) => micros(part(request))).join(" | ");
  const files = [
    ["browser.js", "the browser client (`warmlead/browser`)"],
    ["warmlead.wasm", "the engine, fetched by `browser.js`"],
    ["panel.js", "the debug panel, only where it is opened"],
    ["warmlead.js", "the default entry, without the engine"],
    ["warmlead-check.wasm", "the module of `warmlead/check`, which no page needs"],
    ["wasm-inlined.js", "the engine as text, which the default entry and bundles of `warmlead/browser` import"],
  ].filter(([name]) => existsSync(join(folder, name)));
  const bytes = files.map(([name, what]) => {
    const content = readFileSync(join(folder, name));
    return `| \`${name}\` | ${what} | ${grouped(content.length)} | ${grouped(brotli(content))} |`;
  });
  return `# Measurements

Written by \`make measure\`; do not edit. Taken on ${os.cpus().length} cores (${os.arch()}), Rust ${rust}, Node ${node}.

## One \`score()\`

The whole call: from events in memory, as a page has them, to the assessment, without a receipt. Model
\`${model.id}\` (${model.rules.length} rules, ${Object.keys(model.signals).length} signals, ${model.stages.length} stages), compiled before; median of ${runs} runs in microseconds. Both answers were compared first and are equal.

| events | native | WebAssembly in Node |
|---:|---:|---:|
${speed.join("\n")}

## A snapshot

Natively, of the same visits ([the form](snapshot.md)). At most 120 bytes for an ordinary event is what \`tests/snapshot.rs\` demands.

| events | bytes | for each event | to bytes, µs | from bytes, µs |
|---:|---:|---:|---:|---:|
${snapshots.join("\n")}

## One request at the edge

What \`withScore\` adds to a request, in Node: processor time of the whole process in microseconds, mean of ${grouped(requests[0].counted.warm)} requests after ${grouped(requests[0].counted.warm)}. A model of ${requests[0].rules} rules (\`${model.id}\` and a rule
for each of some campaigns). The aim is 1 000 for a page view with its score, at 100 events.

| | ${requests.map(({ events }) => `${events} events`).join(" | ")} |
|---|---:|---:|
| a page view, scored | ${each(({ scored }) => scored)} |
| – cookie to visitor | ${each(({ decode }) => decode)} |
| – visitor to score | ${each(({ score }) => score)} |
| – visitor to cookie | ${each(({ encode }) => encode)} |
| – the rest: signatures, compression, headers, the event recorded; where the cookie is full, twice | ${each(({ scored, decode, score, encode }) => scored - decode - score - encode)} |
| a page view, scored, of the first ${requests[0].counted.first} of a process: code that is compiled meanwhile is in it | ${each(({ first }) => first)} |
| a page view that nobody looks at: kept, not scored | ${each(({ kept }) => kept)} |
| an image: the cookie is read, nothing else | ${each(({ uncounted }) => uncounted)} |
| characters of the cookie that comes | ${requests.map(({ bytes }) => grouped(bytes)).join(" | ")} |

## What a page downloads

| file | what it is | bytes | bytes with brotli 11 |
|---|---|---:|---:|
${bytes.join("\n")}
`;
}

async function versions() {
  const { output } = await run("rustc", ["--version"], { capture: true });
  return { rust: output.split(" ")[1], node: process.versions.node };
}

function brotli(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }).length;
}

function micros(nanos) {
  return grouped(Math.round(nanos / 1000));
}

function grouped(number) {
  return number.toLocaleString("en-US").replaceAll(",", " ");
}
