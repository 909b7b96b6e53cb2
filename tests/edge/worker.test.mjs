// The example worker, as wrangler serves it: by hand, as requests, and in Chromium with scripts turned off, as a visitor would.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium as findChromium } from "../../pkg-config/tools/need.mjs";
import { root } from "../../pkg-config/tools/steps.mjs";
import { install } from "../package/consumer.mjs";
import { page as headers } from "./requests.mjs";
import { inWorkerd } from "./runtimes.mjs";
import { read } from "./token.mjs";

const require = createRequire(join(root, "pkg-config/package.json"));
const example = join(root, "docs/examples/worker");

/** What arrives at the webhook, and whether it is taken. */
const messages = [];
let takes = true;
const webhook = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  if (takes) messages.push(JSON.parse(body));
  response.writeHead(takes ? 200 : 503).end();
});

let site;
let browser;
before(async () => {
  await new Promise((done) => webhook.listen(0, "127.0.0.1", done));
  const folder = await install("example-worker");
  for (const name of ["src", "public", "wrangler.jsonc"]) cpSync(join(example, name), join(folder, name), { recursive: true });
  const secrets = { WARMLEAD_SECRET: "a-secret-of-the-tests-0123456789-0123456789", CHAT_WEBHOOK: `http://127.0.0.1:${webhook.address().port}/` };
  writeFileSync(join(folder, ".dev.vars"), Object.entries(secrets).map((pair) => pair.join("=")).join("\n"));
  site = await inWorkerd(folder, null);
  const { browser: executablePath } = await findChromium();
  browser = await require("playwright-core").chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
});
after(async () => {
  await browser?.close();
  site?.end();
  webhook.close();
});

/** A visitor by hand: follows links and sends forms, and keeps cookies. */
class Visitor {
  cookies = new Map();

  async get(path, more = {}) {
    return this.#ask(path, { headers: { ...headers, ...more } });
  }

  async send(path, fields, origin = site.address) {
    const form = { "content-type": "application/x-www-form-urlencoded", origin };
    return this.#ask(path, { method: "POST", body: new URLSearchParams(fields).toString(), headers: { ...headers, ...form } });
  }

  /** The events that the cookie holds. */
  get events() {
    return read(this.cookies.get("__Host-warmlead")).snapshot.events.map(({ type, properties }) => (properties?.action ? `${type} ${properties.action}` : type));
  }

  async #ask(path, init) {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(site.address + path, { redirect: "manual", ...init, headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.status, headers: response.headers, to: response.headers.get("location"), text: await response.text() };
  }
}

/** Somebody who agreed, looked at the product and the price, and is in the group that `wanted` says: the texts of their last page. */
async function interested(wanted) {
  for (let attempt = 0; attempt < 80; attempt++) {
    const visitor = new Visitor();
    await visitor.send("/consent", { analytics: "yes", back: "/" });
    await visitor.get("/product");
    const { text } = await visitor.get("/pricing");
    if (text.includes("<dialog") === (wanted === "shown")) return { visitor, text };
  }
  return assert.fail(`no visitor was ${wanted}`);
}

test("a page is for its visitor, and no script may run on it", async () => {
  const { text, status, headers: given } = await new Visitor().get("/");
  assert.equal(status, 200);
  assert.match(text, /See how it works/);
  assert.doesNotMatch(text, /See what it costs you|data-for|data-remembered|Forget me|<script|<dialog/);
  assert.match(text, /May we remember your visit/);
  assert.match(given.get("content-security-policy"), /script-src 'none'/);
  assert.match(given.get("cache-control"), /private/);
  assert.deepEqual([given.get("etag"), given.getSetCookie()], [null, []]);
});

test("styles and images are left alone", async () => {
  const { headers: given, status } = await new Visitor().get("/style.css", { "sec-fetch-dest": "style", "accept": "text/css" });
  assert.deepEqual([status, given.getSetCookie(), given.get("content-security-policy")], [200, [], null]);
});

test("consent keeps the visit; the pages change with the stage, and the chat pops", async () => {
  const visitor = new Visitor();
  const agreed = await visitor.send("/consent", { analytics: "yes", back: "/product" });
  assert.deepEqual([agreed.status, agreed.to], [303, "/product"]);
  assert.deepEqual(visitor.events, ["consent"]);
  const { text: product } = await visitor.get("/product");
  assert.match(product, /Forget me/);
  assert.doesNotMatch(product, /May we remember/);
  const { visitor: shown, text } = await interested("shown");
  assert.match(text, /A practice of twelve/);
  assert.doesNotMatch(text, /The first month is free/);
  assert.match(text, /<dialog open class="chat" aria-labelledby="chat-title">/);
  assert.deepEqual(shown.events, ["consent", "page_view", "page_view", "action_shown chat"]);
  assert.doesNotMatch((await shown.get("/pricing")).text, /<dialog/, "once a week");
});

test("the control group sees the same page without the chat, and is counted once", async () => {
  const { visitor, text } = await interested("held out");
  assert.match(text, /A practice of twelve/);
  assert.deepEqual(visitor.events, ["consent", "page_view", "page_view", "action_held_out chat"]);
  await visitor.get("/pricing");
  assert.equal(visitor.events.filter((type) => type.startsWith("action_")).length, 1);
});

test("a message arrives, makes an MQL, and is thanked for; the cookie holds neither it nor the address", async () => {
  const { visitor } = await interested("shown");
  messages.length = 0;
  const sent = await visitor.send("/chat", { back: "/pricing", email: "ada@example.org", message: "Can twelve people share a calendar?" });
  assert.deepEqual([sent.status, sent.to], [303, "/thanks"]);
  assert.deepEqual(messages, [{ email: "ada@example.org", message: "Can twelve people share a calendar?", page: "/pricing", stage: "interested", engagement: 15 }]);
  assert.deepEqual(visitor.events.slice(-5).sort(), ["action_clicked chat", "action_converted chat", "chat_message", "chat_start", "identify"]);
  assert.doesNotMatch(JSON.stringify(read(visitor.cookies.get("__Host-warmlead"))), /ada@|twelve/);
  assert.match((await visitor.get("/")).text, /Helen has your question/, "an MQL");
});

test("a message that nobody took is not thanked for", async () => {
  const { visitor } = await interested("shown");
  takes = false;
  const answer = await visitor.send("/chat", { back: "/pricing", email: "ada@example.org", message: "Hello?" });
  takes = true;
  assert.equal(answer.status, 502);
  assert.match(answer.text, /could not be sent/);
  assert.equal(visitor.events.includes("chat_start"), false);
});

test("a chat that was closed stays away", async () => {
  const { visitor } = await interested("shown");
  const closed = await visitor.send("/chat/dismiss", { back: "/pricing" });
  assert.deepEqual([closed.status, closed.to], [303, "/pricing"]);
  assert.equal(visitor.events.at(-1), "action_dismissed chat");
  assert.doesNotMatch((await visitor.get("/pricing")).text, /<dialog/);
});

test("who says no is not asked again, and nothing else is kept of them", async () => {
  const visitor = new Visitor();
  await visitor.send("/consent", { analytics: "no", back: "/" });
  assert.deepEqual([...visitor.cookies], [["refused", "1"]]);
  for (const path of ["/product", "/pricing", "/pricing"]) assert.doesNotMatch((await visitor.get(path)).text, /May we remember|<dialog/);
  assert.deepEqual([...visitor.cookies.keys()], ["refused"]);
});

test("who wants to be forgotten is", async () => {
  const { visitor } = await interested("shown");
  const { to } = await visitor.send("/forget", {});
  assert.deepEqual([to, visitor.cookies.has("__Host-warmlead")], ["/privacy", false]);
  const { text } = await visitor.get(to);
  assert.match(text, /nothing of your visit is remembered/);
  assert.match((await visitor.get("/pricing")).text, /The first month is free/);
});

test("another site's form does nothing, and no form leads to another site", async () => {
  const visitor = new Visitor();
  const forged = await visitor.send("/consent", { analytics: "yes", back: "/" }, "https://evil.example");
  assert.deepEqual([forged.status, visitor.cookies.size], [403, 0]);
  for (const back of ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]) {
    const { to } = await visitor.send("/consent", { analytics: "no", back });
    assert.ok(to.startsWith("/") && !to.startsWith("//"), `${back} leads to ${to}`);
  }
});

test("a page that is not there says so, pops nothing, and is no page view", async () => {
  const { visitor } = await interested("held out");
  const before = visitor.events;
  const { status, text } = await visitor.get("/nowhere");
  assert.equal(status, 404);
  assert.match(text, /There is no such page/);
  assert.deepEqual(visitor.events, before);
});

test("the browser is never told that it has the page already", async () => {
  const { headers: given } = await new Visitor().get("/style.css", { "sec-fetch-dest": "style" });
  assert.ok(given.get("etag"), "assets have one");
  assert.equal((await new Visitor().get("/", { "if-none-match": "*" })).status, 200);
});

for (const [name, viewport] of [["a wide screen", { width: 1200, height: 800 }], ["a phone", { width: 320, height: 640 }]]) {
  test(`in Chromium without scripts, on ${name}: agree, look around, ask by keyboard`, async () => {
    messages.length = 0;
    let context;
    let page;
    // One in five never sees the chat: come back as somebody else until it is there.
    for (let attempt = 0; attempt < 20; attempt++) {
      context = await browser.newContext({ javaScriptEnabled: false, viewport, userAgent: headers["user-agent"] });
      page = await context.newPage();
      await page.goto(`${site.address}/`);
      await page.getByRole("button", { name: "Yes, remember it" }).click();
      await page.getByRole("link", { name: "Product" }).click();
      await page.getByRole("link", { name: "Prices" }).first().click();
      // With its style sheet: a click does not wait for it.
      await page.waitForURL("**/pricing");
      if ((await page.getByRole("dialog").count()) > 0) break;
      await context.close();
    }
    const chat = page.getByRole("dialog", { name: "A question about the price?" });
    await chat.waitFor();
    const box = await chat.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= viewport.width && box.y >= 0 && box.y + box.height <= viewport.height, JSON.stringify(box));
    for (const control of await chat.locator("button:visible, summary").all()) {
      const { width, height } = await control.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
    }
    assert.ok(box.height < viewport.height / 2.5, `small until it is opened: ${box.height}`);
    await chat.locator("summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Can we try it?");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ada@example.org");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your question has arrived" }).waitFor();
    assert.deepEqual(messages.map(({ message }) => message), ["Can we try it?"]);
    await page.getByRole("button", { name: "Forget me" }).click();
    await page.getByText("nothing of your visit is remembered").waitFor();
    assert.deepEqual((await context.cookies()).map(({ name: own }) => own), []);
    await context.close();
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe-core finds nothing, ${colorScheme}`, async () => {
    const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    const { text } = await interested("shown");
    const context = await browser.newContext({ bypassCSP: true, colorScheme, viewport: { width: 1200, height: 900 } });
    const page = await context.newPage();
    const look = async (what) => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), [], what);
    };
    // The page with the chat as the worker wrote it: asked for again, it would be without.
    await page.route("**/pricing", (route) => route.fulfill({ contentType: "text/html", body: text }));
    await page.goto(`${site.address}/pricing`);
    await look("with the chat");
    await page.locator("summary").click();
    await look("with the chat opened");
    await page.unroute("**/pricing");
    for (const path of ["/", "/product", "/pricing", "/privacy", "/thanks", "/not-sent", "/nowhere"]) {
      await page.goto(site.address + path);
      await look(path);
    }
    await context.close();
  });
}
