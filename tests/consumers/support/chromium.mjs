// Opens consumers' pages in Chromium: a server for a folder, one browser for all, and what a page shows. It knows nothing of how pages were made.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after } from "node:test";
import { chromium as findChromium } from "../../../pkg-config/tools/need.mjs";
import { root } from "../../../pkg-config/tools/steps.mjs";

const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
/** How long a page may take: on a busy machine a server that compiles on demand takes its time. */
const LIMIT = 180_000;

let browser;
after(async () => (await browser)?.close());

async function launch() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
  return chromium.launch({ executablePath: (await findChromium()).browser, args });
}

/** What the page at an address shows as its assessment, once it does. Whatever goes wrong on the page fails. */
export async function shown(address) {
  browser ??= launch();
  const context = await (await browser).newContext();
  await context.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  context.on("response", (response) => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
  try {
    await page.goto(address, { timeout: LIMIT });
    const found = await page
      .waitForFunction(() => document.querySelector("pre")?.textContent, undefined, { timeout: LIMIT })
      .catch((error) => assert.fail(`${address} shows nothing: ${wrong.join("\n") || error.message}`));
    assert.deepEqual(wrong, []);
    return JSON.parse(await found.jsonValue());
  } finally {
    await context.close();
  }
}

/** What the page of a folder shows, served as any server of files would. */
export async function shownFrom(folder, path = "/") {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(folder, normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await shown(`http://127.0.0.1:${server.address().port}${path}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
