// Runs every snippet of README.md as it stands there: the page in Chromium, the npm one in a fresh consumer, the command line in a shell.
// It needs what `make package` and `cargo build -p warmlead-server` leave.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium as findChromium } from "../../pkg-config/tools/need.mjs";
import { cargoTarget, root } from "../../pkg-config/tools/steps.mjs";

const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");
const readme = readFileSync(join(root, "README.md"), "utf8");
const warmlead = process.env.WARMLEAD_BIN ?? join(cargoTarget, "debug/warmlead");
const home = mkdtempSync(join(tmpdir(), "warmlead-readme-"));

/** The one snippet under a heading. */
function snippet(heading) {
  const [, section] = readme.split(/^(?=## )/m).map((text) => [text.split("\n")[0], text]).find(([own]) => own === `## ${heading}`) ?? assert.fail(`README.md has no ${heading}`);
  const found = [...section.matchAll(/^```\w+\n(.*?)^```$/gms)];
  assert.equal(found.length, 1, `${heading} has ${found.length} snippets`);
  return found[0][1];
}

before(() => {
  for (const path of [warmlead, join(root, "target/npm/warmlead.tgz")]) {
    assert.ok(existsSync(path), `${path} is missing: run make package and cargo build -p warmlead-server`);
  }
});
after(() => rmSync(home, { recursive: true, force: true }));

/** A site with the package under /warmlead/ and an index.html, and the collector beside it; `work` gets the page, opened. With `bypassCSP`, the policy of served sites does not count. */
async function onSite(name, files, work, bypassCSP = true) {
  const site = join(home, name);
  cpSync(join(root, "target/npm/package"), join(site, "warmlead"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(site, file), text);
  const relaxed = ["serve", "--listen", "127.0.0.1:0", "--db", join(home, `${name}.db`), "--site", site];
  const server = spawn(warmlead, relaxed, { stdio: ["ignore", "pipe", "inherit"] });
  const browser = await chromium.launch({ executablePath: (await findChromium()).browser, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), "line");
    const address = line.match(/http:\/\/[\d.:]+/)[0];
    // A snippet stands in the page, as a reader would paste it; the collector's own policy for sites allows files only.
    const context = await browser.newContext({ bypassCSP });
    const page = await context.newPage();
    await page.goto(address);
    await work(page);
  } finally {
    await browser.close();
    server.kill();
  }
}

/** A project into which the package is installed. */
function consumer(name, source) {
  const folder = join(home, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }');
  writeFileSync(join(folder, "index.js"), source);
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", join(root, "target/npm/warmlead.tgz")], { cwd: folder, stdio: "pipe" });
  return folder;
}

test("the page snippet scores the visit, and sends it once consent is given", async () => {
  const html = snippet("Use it on a page");
  assert.ok(html.includes(readFileSync(join(root, "target/npm/package/stub.js"), "utf8").trim()), "the snippet has the stub that ships");
  await onSite("page", { "index.html": `<!doctype html><title>?</title>${html}` }, async (page) => {
    await page.waitForFunction(() => document.title === "visitor");
    const sent = page.waitForResponse((response) => response.url().endsWith("/v1/batch"), { timeout: 60_000 });
    await page.click("text=Accept");
    assert.equal((await sent).status(), 200);
  });
});

test("under the policy of served sites, the same works as files", async () => {
  const section = readFileSync(join(root, "docs/collector.md"), "utf8").split(/^## /m).find((text) => text.startsWith("A site beside it\n"));
  const [html, script] = Array.from(section.matchAll(/^```\w+\n(.*?)^```$/gms), ([, text]) => text);
  const files = { "index.html": `<!doctype html><title>?</title>${html}`, "start.js": script };
  const work = async (page) => {
    await page.waitForFunction(() => document.title === "visitor");
    const sent = page.waitForResponse((response) => response.url().endsWith("/v1/batch"), { timeout: 60_000 });
    await page.click("text=Accept");
    assert.equal((await sent).status(), 200);
  };
  await onSite("files", files, work, false);
});

test("the bundler snippet, bundled, scores the visit", async () => {
  const folder = consumer("bundled", snippet("Use it with a bundler"));
  const esbuild = join(root, "pkg-config/node_modules/esbuild/bin/esbuild");
  const bundle = execFileSync(process.execPath, [esbuild, "index.js", "--bundle"], { cwd: folder, encoding: "utf8", maxBuffer: 1e8 });
  await onSite("bundle", { "index.html": `<!doctype html><title>?</title><script src="index.js"></script>`, "index.js": bundle }, async (page) => {
    await page.waitForFunction(() => document.title === "visitor" || document.title === "engaged");
  });
});

test("the npm snippet prints a stage, a score and its receipt", () => {
  const printed = execFileSync(process.execPath, ["index.js"], { cwd: consumer("consumer", snippet("Use it from npm")), encoding: "utf8" });
  assert.match(printed, /^visitor false \d/);
  assert.match(printed, /rule: '/);
});

test("the edge snippet scores the visit from page to page, and remembers only who has agreed", async () => {
  const { default: worker } = await import(pathToFileURL(join(consumer("edge", snippet("Use it at the edge")), "index.js")).href);
  const env = { WARMLEAD_SECRET: "0123456789abcdef0123456789abcdef0123456789abcdef" };
  const visit = async (path, cookie) => {
    const headers = { cookie, accept: "text/html", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "user-agent": "Mozilla/5.0" };
    const response = await worker.fetch(new Request(`https://acme.example${path}`, { headers }), env);
    return { text: await response.text(), cookie: response.headers.get("set-cookie") };
  };
  assert.deepEqual(await visit("/pricing", ""), { text: "Welcome", cookie: null });
  const first = await visit("/pricing", "consent=yes");
  assert.equal(first.text, "Welcome");
  assert.match(first.cookie, /HttpOnly/);
  const second = await visit("/demo", `consent=yes; ${first.cookie.split(";")[0]}`);
  assert.ok(second.cookie.length > first.cookie.length, "the second page view is in the cookie, too");
});

test("the command line snippet checks a model and scores events", () => {
  const folder = join(home, "shell");
  mkdirSync(folder);
  cpSync(join(root, "src/models/b2b-saas.json"), join(folder, "model.json"));
  const env = { ...process.env, PATH: `${dirname(warmlead)}:${process.env.PATH}` };
  const printed = execFileSync("sh", ["-e", "-c", snippet("Use it on the command line")], { cwd: folder, env, encoding: "utf8" });
  const assessments = printed.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  assert.equal(assessments.length, 2);
  assert.deepEqual(assessments.map(({ visitor, rejected }) => [visitor, rejected.length]), [["ada", 0], ["ada", 0]]);
  assert.ok(assessments[0].receipt.engagement.length > 0, "a receipt was asked for");
});

test("the docs import only what the package exports", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "target/npm/package/package.json"), "utf8"));
  const names = Object.keys(exports).map((key) => new RegExp(`^${key.replace(".", "warmlead").replaceAll(".", "\\.").replace("*", "[\\w-]+")}$`));
  const pages = [join(root, "README.md"), ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => join(root, "docs", name))];
  const found = pages.flatMap((page) => [...readFileSync(page, "utf8").matchAll(/(?:from|require\(|new URL\() ?"(warmlead(?:\/[^"?]+)?)/g)].map(([, name]) => name));
  assert.ok(found.length > 5, `only ${found.length} found`);
  assert.deepEqual(found.filter((name) => !names.some((known) => known.test(name))), []);
});

test("every file that README.md and the docs link to is there", () => {
  for (const file of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/install.md"]) {
    for (const [, link] of readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(file), link)), `${file} links to ${link}`);
    }
  }
});
