// The package in a real Chromium, as a page imports it, under the content security policies that pages have.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium as findChromium } from "../../pkg-config/tools/need.mjs";
import { root } from "../../pkg-config/tools/steps.mjs";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing } from "./sample.mjs";

const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");
const folder = await install("browser");
const now = NOON + 120_000;

const page = `<!doctype html><title>loading</title><script type="module" src="/page.js"></script><button>Click</button>`;
const script = `
  const told = (window.told = { errors: [] });
  addEventListener("error", (event) => told.errors.push(event.message));
  addEventListener("unhandledrejection", (event) => told.errors.push(String(event.reason)));
  document.querySelector("button").onclick = () => (document.title = "clicked");
  const { score, Scorer, matches, WarmleadError } = await import("/warmlead.js");
  const attempt = (run) => { try { return run(); } catch (error) { return { code: error instanceof WarmleadError ? error.code : String(error), cause: String(error.cause) }; } };
  const { events, model, now } = await (await fetch("/given.json")).json();
  told.scored = attempt(() => score(events, { model, visitor: "v", now, explain: true }));
  told.stage = attempt(() => { const visitor = new Scorer(model).visitor("v"); for (const event of events) visitor.record(event); return visitor.stage; });
  told.matches = attempt(() => matches({ a: 1 }, { a: 1 }));
  document.title = "done";
`;

let server, browser, address;
/** The policy under which pages are served. */
let policy = "";

before(async () => {
  server = createServer((request, response) => {
    const headers = policy ? { "content-security-policy": policy } : {};
    const send = (type, body) => response.writeHead(200, { "content-type": type, ...headers }).end(body);
    if (request.url === "/") return send("text/html", page);
    if (request.url === "/page.js") return send("text/javascript", script);
    if (request.url === "/given.json") return send("application/json", JSON.stringify({ events: [demo, pricing], model, now }));
    if (!/^\/[a-z-]+\.js$/.test(request.url)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/javascript", ...headers });
    createReadStream(join(folder, "node_modules/warmlead", request.url)).pipe(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${server.address().port}/`;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: (await findChromium()).browser, args });
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** What the page tells under a policy; its button works whatever happens. */
async function visit(given) {
  policy = given;
  const tab = await browser.newPage();
  try {
    await tab.goto(address);
    await tab.waitForFunction(() => document.title === "done");
    const told = await tab.evaluate(() => window.told);
    await tab.click("button");
    assert.equal(await tab.title(), "clicked");
    assert.deepEqual(told.errors, []);
    return told;
  } finally {
    await tab.close();
  }
}

for (const [name, given] of [["without a policy", ""], ["with 'wasm-unsafe-eval'", "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'"]]) {
  test(`a page ${name} gets what Node gets`, async () => {
    const { score } = await load(folder);
    const told = await visit(given);
    assert.deepEqual(told.scored, score([demo, pricing], { model, visitor: "v", now, explain: true }));
    assert.deepEqual([told.stage, told.matches], ["mql", true]);
  });
}

test("a page whose policy forbids WebAssembly gets UNSUPPORTED_RUNTIME, and goes on", async () => {
  const told = await visit("default-src 'none'; connect-src 'self'; script-src 'self'");
  for (const answer of [told.scored, told.stage, told.matches]) assert.equal(answer.code, "UNSUPPORTED_RUNTIME");
  assert.match(told.scored.cause, /CompileError/);
});
