// The classic script and its stub in a real Chromium, as a page has them: the stub inline, the script some time later.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium as findChromium } from "../../pkg-config/tools/need.mjs";
import { root } from "../../pkg-config/tools/steps.mjs";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing } from "./sample.mjs";

const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");
const home = join(await install("script"), "node_modules/warmlead");
const stub = readFileSync(join(home, "stub.js"), "utf8");
const types = { js: "text/javascript", wasm: "application/wasm" };
const given = [[demo, pricing], { model, visitor: "v", now: NOON + 120_000 }];

/** A page with something inline, and the script. */
const page = (inline, script = `<script async src="/assets/warmlead.iife.js"></script>`) => `<!doctype html><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<script>addEventListener("error", (event) => (window.errors ??= []).push(event.message));</script><script>${inline}</script>${script}<button>Go</button>`;

let server, browser, address, html, policy, hold;
before(async () => {
  server = createServer(async (request, response) => {
    const headers = policy ? { "content-security-policy": policy } : {};
    if (request.url === "/") return response.writeHead(200, { "content-type": "text/html", ...headers }).end(html);
    const [, folder, name, extension] = /^\/(assets)\/([a-z.-]+\.(js|wasm))$/.exec(request.url) ?? [];
    if (!folder) return response.writeHead(404).end();
    if (extension === "js") await hold;
    response.writeHead(200, { "content-type": types[extension] }).end(readFileSync(join(home, name)));
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

/** Opens the page and does something there; no error may reach it. */
async function visit(content, work) {
  html = content;
  const tab = await browser.newPage();
  try {
    await tab.goto(address, { waitUntil: hold ? "commit" : "load" });
    await work(tab);
    assert.deepEqual(await tab.evaluate(() => window.errors ?? []), []);
  } finally {
    policy = hold = undefined;
    await tab.close();
  }
}

test("calls before the script has come are made when it has, in order", async () => {
  let arrive;
  hold = new Promise((resolve) => (arrive = resolve));
  const calls = `warmlead.track("demo_use", { plan: "team" }); warmlead.start({ collector: null, pageViews: false }); warmlead.identify({ role: "CTO" });
    warmlead.subscribe(() => (window.changes = (window.changes ?? 0) + 1)); warmlead.whenReady((all) => (window.ready = all === warmlead));`;
  await visit(page(`${stub}${calls}`), async (tab) => {
    await tab.getByText("Go").click();
    assert.equal(await tab.evaluate(() => typeof warmlead.score), "undefined");
    arrive();
    await tab.waitForFunction(() => window.ready && window.changes > 0);
    const { events, role, status } = await tab.evaluate(() => {
      const { client } = warmlead;
      return { events: client.assessment.events, role: client.document.traits.role, status: client.status };
    });
    assert.deepEqual([events, role, status], [2, "CTO", "running"]);
  });
});

test("without the stub the script may simply stand before what uses it", async () => {
  const uses = `<script>const client = warmlead.start({ collector: null }); warmlead.start() === client && client.ready.then(() => (window.views = client.assessment.events));</script>`;
  await visit(page("", `<script src="/assets/warmlead.iife.js"></script>${uses}`), async (tab) => {
    assert.equal(await (await tab.waitForFunction(() => window.views)).jsonValue(), 1);
  });
});

test("it scores without a client, too, as Node does; before it is ready, that is an error that says so", async () => {
  const { score } = await load(join(home, "../.."));
  await visit(page("", `<script src="/assets/warmlead.iife.js"></script>`), async (tab) => {
    const early = await tab.evaluate(() => {
      try {
        warmlead.score([]);
      } catch (error) {
        return [error.code, error instanceof warmlead.WarmleadError];
      }
    });
    assert.deepEqual(early, ["MODULE_NOT_LOADED", true]);
    const scored = await tab.evaluate((given) => new Promise((done) => warmlead.whenReady(({ score }) => done(score(...given)))), given);
    assert.deepEqual(scored, score(...given));
    assert.equal(await tab.evaluate(() => warmlead.client), null);
  });
});

test("an element that is called as the script itself does not say where the module is", async () => {
  const other = `<img name="currentScript" src="https://other.example/x.png">`;
  await visit(page("", `${other}<script src="/assets/warmlead.iife.js"></script><script>warmlead.start({ collector: null });</script>`), async (tab) => {
    await tab.waitForFunction(() => warmlead.client.status !== "starting");
    assert.deepEqual(await tab.evaluate(() => [warmlead.client.status, performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".wasm"))]), ["running", [`${address}assets/warmlead.wasm`]]);
  });
});

test("a classic worker takes it, too, and says where the module is", async () => {
  await visit(page("", ""), async (tab) => {
    const stage = await tab.evaluate(() => {
      const source = `importScripts("${location.origin}/assets/warmlead.iife.js");
        warmlead.load("${location.origin}/assets/warmlead.wasm").then(() => postMessage(warmlead.score([]).stage), (error) => postMessage(error.code));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
      return new Promise((done) => (worker.onmessage = ({ data }) => done(data)));
    });
    assert.equal(stage, "visitor");
  });
});

test("where a policy forbids WebAssembly, the page goes on and is told", async () => {
  policy = "script-src 'self' 'unsafe-inline'";
  await visit(page(`${stub}warmlead.start({ collector: null }); warmlead.whenReady(() => (window.ready = true));`), async (tab) => {
    await tab.waitForFunction(() => window.warmlead?.client?.status === "unsupported");
    assert.deepEqual(await tab.evaluate(() => [warmlead.client.error.code, window.ready]), ["UNSUPPORTED_RUNTIME", undefined]);
    assert.equal(await tab.evaluate(() => warmlead.load().catch((error) => error.code)), "UNSUPPORTED_RUNTIME");
  });
});

test("where the script never comes, calls harm nothing and do not pile up", async () => {
  await visit(page(`${stub}for (let n = 0; n < 5000; n++) warmlead.track("x");`, ""), async (tab) => {
    assert.equal(await tab.evaluate(() => warmlead.calls.length), 1000);
  });
});

test("a page that has it twice keeps the first", async () => {
  const twice = `<script src="/assets/warmlead.iife.js"></script>`.repeat(2);
  await visit(page("", `<script src="/assets/warmlead.iife.js"></script><script>window.first = warmlead;</script>${twice}`), async (tab) => {
    assert.equal(await tab.evaluate(() => window.first === warmlead), true);
  });
});
