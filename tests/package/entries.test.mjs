// The entries besides the default ES module, as far as Node can judge them: CommonJS, and the one to which the module is given.

import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const folder = await install("entries");
const home = join(folder, "node_modules/warmlead");
const require = createRequire(join(folder, "package.json"));
const bytes = readFileSync(join(home, "warmlead.wasm"));
const given = [[demo, pricing], { model, visitor: "v", now: NOON + 120_000, explain: true }];
const { score } = await load(folder);
const expected = score(...given);

let copies = 0;
/** An entry of its own, in which nothing has been started. */
const fresh = (name) => import(`${pathToFileURL(join(home, name)).href}?${(copies += 1)}`);

test("`require` gives what `import` gives", () => {
  const required = require("warmlead");
  assert.deepEqual(required.score(...given), expected);
  assert.ok(thrown(() => required.score(1)) instanceof required.WarmleadError);
  assert.deepEqual(Object.keys(required).sort(), Object.keys(require("warmlead/slim")).filter((name) => name !== "init").sort());
});

test("for CommonJS a module that is gone is said to be", () => {
  const [path, aside] = [join(home, "warmlead.wasm"), join(home, "aside.wasm")];
  const main = require.resolve("warmlead");
  delete require.cache[main];
  const { score } = require("warmlead");
  renameSync(path, aside);
  try {
    const error = thrown(() => score([]));
    assert.deepEqual([error.code, error.cause.code], ["MODULE_NOT_LOADED", "ENOENT"]);
  } finally {
    renameSync(aside, path);
  }
  assert.equal(score([]).stage, "visitor", "it is looked for again");
});

test("the server half of a page may import the browser client: it does nothing there", async () => {
  for (const { start } of [await load(folder, "warmlead/browser"), require("warmlead/browser")]) {
    const client = start();
    client.track("demo_use");
    await client.ready;
    assert.equal(client.status, "unsupported");
  }
});

test("slim: calls before `init` say that the module is not there", async () => {
  const { matches, score, Scorer } = await fresh("slim.js");
  for (const run of [() => score([]), () => new Scorer(), () => matches({}, {})]) assert.equal(thrown(run).code, "MODULE_NOT_LOADED");
});

const realm = createContext({ bytes });
const hands = [
  ["bytes", () => new Uint8Array(bytes)],
  ["a Buffer", () => bytes],
  ["an ArrayBuffer", () => new Uint8Array(bytes).buffer],
  ["a compiled module", () => new WebAssembly.Module(bytes)],
  ["a module compiled in another realm", () => runInContext("new WebAssembly.Module(bytes)", realm)],
  ["bytes of another realm", () => runInContext("Uint8Array.from(bytes).buffer", realm)],
];
for (const [name, take] of hands) {
  test(`slim: ${name} will do, at once`, async () => {
    const { init, score } = await fresh("slim.js");
    assert.equal(init(take()), undefined);
    assert.deepEqual(score(...given), expected);
    init(take());
    assert.deepEqual(score(...given), expected, "a second `init` does nothing");
  });
}

for (const wrong of [undefined, null, 7, [], {}, new Uint8Array(), new Uint8Array(8), new TextEncoder().encode("<!doctype html>")]) {
  test(`slim: ${inspect(wrong, { breakLength: Infinity, maxArrayLength: 2 })} is no module`, async () => {
    const { init } = await fresh("slim.js");
    assert.equal(thrown(() => init(wrong)).code, "INVALID_INPUT");
  });
}

/** What the server answers: status, type, body. */
const answers = {
  "/warmlead.wasm": [200, "application/wasm", bytes],
  "/untyped.wasm": [200, "application/octet-stream", bytes],
  "/missing.wasm": [404, "application/wasm", ""],
  "/fallback.wasm": [200, "text/html", "<!doctype html><title>Home</title>"],
  "/broken.wasm": [200, "application/wasm", bytes.subarray(0, 1000)],
};
let server, address;
before(async () => {
  server = createServer((request, response) => {
    const [status, type, body] = answers[request.url];
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${server.address().port}`;
});
after(() => server?.close());

const ways = [
  ["an address", () => `${address}/warmlead.wasm`],
  ["a URL", () => new URL("/warmlead.wasm", address)],
  ["an answer to come", () => fetch(`${address}/warmlead.wasm`)],
  ["an answer", async () => fetch(`${address}/warmlead.wasm`), "await"],
  ["what a server calls something else", () => `${address}/untyped.wasm`],
  ["bytes to come", () => Promise.resolve(bytes)],
];
for (const [name, source, wait] of ways) {
  test(`slim: ${name} will do, in time`, async () => {
    const { init, score } = await fresh("slim.js");
    const begun = init(wait ? await source() : source());
    assert.equal(thrown(() => score([])).code, "MODULE_NOT_LOADED");
    await begun;
    assert.deepEqual(score(...given), expected);
  });
}

test("slim: what is loaded in time starts where Chrome makes no module or instance at once on a page, as it did before 2023", async () => {
  const { Module, Instance } = WebAssembly;
  class Refused {
    constructor() {
      throw new RangeError("disallowed on the main thread");
    }
  }
  Object.assign(WebAssembly, { Module: Refused, Instance: Refused });
  try {
    const { init, score } = await fresh("slim.js");
    await init(`${address}/warmlead.wasm`);
    assert.deepEqual(score(...given), expected);
  } finally {
    Object.assign(WebAssembly, { Module, Instance });
  }
});

for (const [path, message] of [["/missing.wasm", /404/], ["/fallback.wasm", /no WebAssembly module/], ["http://127.0.0.1:9/", /can't be had/]]) {
  test(`slim: nothing is loaded from ${path}, and the next attempt may be better`, async () => {
    const { init, score } = await fresh("slim.js");
    const error = await init(new URL(path, address)).then(() => assert.fail("it was loaded"), (error) => error);
    assert.equal(error.code, "MODULE_NOT_LOADED");
    assert.match(error.message, message);
    await init(`${address}/warmlead.wasm`);
    assert.deepEqual(score(...given), expected);
  });
}

test("slim: what can't be compiled is an error with its cause", async () => {
  const { init } = await fresh("slim.js");
  const error = await init(`${address}/broken.wasm`).catch((error) => error);
  assert.deepEqual([error.code, error.cause.name], ["UNSUPPORTED_RUNTIME", "CompileError"]);
});

test("where there are no weak references, as in workers of old compatibility dates, visitors are kept all the same", async () => {
  const { WeakRef: weak, FinalizationRegistry: registry } = globalThis;
  delete globalThis.WeakRef;
  delete globalThis.FinalizationRegistry;
  try {
    const { init, Scorer } = await fresh("slim.js");
    init(bytes);
    const visitor = new Scorer(model).visitor("v");
    visitor.record(demo, { now: NOON });
    assert.equal(visitor.value("engagement"), 25);
    visitor.dispose();
  } finally {
    Object.assign(globalThis, { WeakRef: weak, FinalizationRegistry: registry });
  }
});
