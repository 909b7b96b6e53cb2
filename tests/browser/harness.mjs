// A site with the browser client on it, and a collector that does as it is told: both served by one small server, so that a real browser
// stores, sends and reloads as it would anywhere. What the collector itself does is tested elsewhere; this one only keeps ids apart.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "target/npm/package");
const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** A model in which everything that the tests do has a consequence. */
export const model = {
  id: "test",
  version: "1",
  scores: { engagement: { max: 100 } },
  rules: [
    { id: "view", on: "page_view", points: 1 },
    { id: "like", on: "like", points: 10 },
    { id: "mail", on: "email_click", points: 50 },
  ],
  stages: [{ id: "warm", when: { "scores.engagement": { $gte: 10 } } }],
  actions: [
    { id: "hello", when: { stage: "warm" }, do: { type: "greet", text: "Hello" }, priority: 2 },
    { id: "again", when: { stage: "warm" }, do: { type: "greet", text: "Again" }, priority: 1 },
    { id: "control", when: { stage: "warm" }, do: { type: "greet" }, holdout: 1 },
  ],
};

/** The page: starts the client with the options that its address names. */
const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Home</title><link rel="icon" href="data:,"></head>
<body><h1>A page</h1><label>Name <input id="field"></label><button id="button">Go</button><p style="height: 3000px"></p>
<script type="module" src="/page.js"></script></body></html>`;
const script = `
  import { start } from "/warmlead/browser.js";
  const given = new URLSearchParams(location.search).get("options");
  const options = given ? JSON.parse(given) : {};
  window.greeted = [];
  if (!options.builtIn) options.handlers = { greet(action, context) {
    window.greeted.push(action.id);
    window.greeting = context;
    context.shown();
    return () => window.greeted.push("closed " + action.id);
  } };
  delete options.builtIn;
  window.warmlead = start(options);
`;

/** Starts the server. */
export async function serve() {
  /** What the collector does: see `reply`. */
  const collector = { status: 200, reject: new Set(), missing: [], headers: {}, delay: 0, page: {}, wasmType: undefined, wasm: undefined, model, batches: [], stored: new Map(), times: new Map() };
  const sockets = new Set();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const send = (status, type, body, headers = {}) => response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
    if (pathname === "/v1/model") return collector.model ? send(200, "application/json", JSON.stringify(collector.model)) : send(503, "text/plain", "");
    if (pathname === "/v1/batch") return reply(collector, request, send);
    // A page of the site without the client, from which to look at what it has left behind.
    if (pathname === "/plain") return send(200, "text/html", "<!doctype html><title>Plain</title>");
    if (pathname === "/page.js") return send(200, TYPES[".js"], script);
    if (pathname.startsWith("/warmlead/")) {
      const path = join(folder, pathname.slice("/warmlead/".length));
      const type = TYPES[/\.\w+$/.exec(path)?.[0]] ?? "text/plain";
      if (existsSync(path)) {
        const wasm = path.endsWith(".wasm");
        return send(200, (wasm && collector.wasmType) || type, wasm && collector.wasm ? collector.wasm(readFileSync(path)) : readFileSync(path));
      }
    }
    if (pathname.includes(".")) return send(404, "text/plain", "");
    send(200, "text/html", page, collector.page);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    collector,
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    }),
  };
}

/** Answers a batch: with a bare status, or by storing what is new, as the real collector would. */
async function reply(collector, request, send) {
  let text = "";
  for await (const chunk of request) text += chunk;
  const body = JSON.parse(text);
  collector.batches.push(body);
  if (collector.delay) await new Promise((resolve) => setTimeout(resolve, collector.delay));
  const poisoned = collector.poison && body.batch.some((message) => message.event === collector.poison);
  const status = poisoned ? 400 : collector.status;
  if (status !== 200) return send(status, "application/json", JSON.stringify({ success: false, code: "TEST", message: "" }), collector.headers);
  const results = body.batch.map((message, index) => {
    const { messageId: id } = message;
    collector.times.set(id, (collector.times.get(id) ?? 0) + 1);
    if (collector.reject.has(message.event)) return { index, id, status: "rejected", code: "TEST", message: "" };
    const known = collector.stored.has(id);
    if (!known) collector.stored.set(id, message);
    return { index, id, status: known ? "duplicate" : "stored" };
  });
  const missing = collector.missing.splice(0);
  const verdict = body.basis && { verdict: missing.length > 0 ? "fewer events" : "same", missing };
  send(200, "application/json", JSON.stringify({ success: true, results, verdict }));
}

/** Starts a browser. */
export async function browse() {
  if (!existsSync(join(folder, "browser.js"))) throw new Error("target/npm/package/browser.js is missing: run `make package` first");
  const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = process.env.CHROMIUM ?? known.find((path) => existsSync(path));
  return chromium.launch({ ...(executablePath && { executablePath }), args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"] });
}

/** Opens a page of the site; `page.errors` collects what the host page would suffer, `page.warnings` what its console is told. */
export async function open(context, address, options = {}, path = "/") {
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.warnings = [];
  page.on("console", (message) => message.type() === "warning" && page.warnings.push(message.text()));
  await visit(page, address, options, path);
  return page;
}

/** Goes to a page of the site and waits until scoring runs there. */
export async function visit(page, address, options = {}, path = "/") {
  const query = Object.keys(options).length > 0 ? `?options=${encodeURIComponent(JSON.stringify(options))}` : "";
  await page.goto(address + path + query);
  await page.waitForFunction(() => window.warmlead);
  await page.evaluate(() => window.warmlead.ready);
}

/** The types of what the collector has stored, in order of time. */
export function stored(collector) {
  const messages = [...collector.stored.values()].sort((one, other) => (one.messageId < other.messageId ? -1 : 1));
  return messages.map((message) => message.event ?? message.type);
}

/** Waits until something is so, and fails with what it was instead. */
export async function until(look, wanted, message = "it") {
  let seen;
  for (let wait = 0; wait < 200; wait++) {
    seen = await look();
    if (JSON.stringify(seen) === JSON.stringify(wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${message} should have become ${JSON.stringify(wanted)}, but is ${JSON.stringify(seen)}`);
}
