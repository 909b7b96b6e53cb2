// Runs every snippet of README.md as it stands there: the page in Chromium, the npm one in a fresh consumer, the command line in a shell.
// It needs what `make package` and `cargo build -p warmlead-server` leave.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { chromium as findChromium } from "../../pkg-config/tools/need.mjs";
import { cargoTarget, root } from "../../pkg-config/tools/steps.mjs";

const { chromium } = createRequire(join(root, "pkg-config/package.json"))("playwright-core");
const readme = readFileSync(join(root, "README.md"), "utf8");
const warmlead = process.env.WARMLEAD_BIN ?? join(cargoTarget, "debug/warmlead");
const home = mkdtempSync(join(tmpdir(), "warmlead-readme-"));

/** The one snippet of a language. */
function snippet(language) {
  const found = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, own]) => own === language);
  assert.equal(found.length, 1, `README.md has ${found.length} ${language} snippets`);
  return found[0][2];
}

before(() => {
  for (const path of [warmlead, join(root, "target/npm/warmlead.tgz")]) {
    assert.ok(existsSync(path), `${path} is missing: run make package and cargo build -p warmlead-server`);
  }
});
after(() => rmSync(home, { recursive: true, force: true }));

test("the page snippet scores the visit, and sends it once consent is given", async () => {
  const site = join(home, "site");
  cpSync(join(root, "target/npm/package"), join(site, "warmlead"), { recursive: true });
  writeFileSync(join(site, "index.html"), `<!doctype html><title>?</title><button id="accept">Accept</button>${snippet("html")}`);
  const relaxed = ["serve", "--listen", "127.0.0.1:0", "--db", join(home, "page.db"), "--site", site];
  const server = spawn(warmlead, relaxed, { stdio: ["ignore", "pipe", "inherit"] });
  const browser = await chromium.launch({ executablePath: (await findChromium()).browser, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), "line");
    const address = line.match(/http:\/\/[\d.:]+/)[0];
    // The snippet stands in the page, as a reader would paste it; the collector's own policy for sites allows files only.
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => document.title === "visitor");
    const sent = page.waitForResponse((response) => response.url().endsWith("/v1/batch"), { timeout: 60_000 });
    await page.click("#accept");
    assert.equal((await sent).status(), 200);
  } finally {
    await browser.close();
    server.kill();
  }
});

test("the npm snippet prints a stage, a score and its receipt", () => {
  const consumer = join(home, "consumer");
  mkdirSync(consumer);
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }');
  writeFileSync(join(consumer, "index.js"), snippet("js"));
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", join(root, "target/npm/warmlead.tgz")], { cwd: consumer, stdio: "pipe" });
  const printed = execFileSync(process.execPath, ["index.js"], { cwd: consumer, encoding: "utf8" });
  assert.match(printed, /^visitor false \d/);
  assert.match(printed, /rule: '/);
});

test("the command line snippet checks a model and scores events", () => {
  const folder = join(home, "shell");
  mkdirSync(folder);
  cpSync(join(root, "src/models/b2b-saas.json"), join(folder, "model.json"));
  const env = { ...process.env, PATH: `${dirname(warmlead)}:${process.env.PATH}` };
  const printed = execFileSync("sh", ["-e", "-c", snippet("sh")], { cwd: folder, env, encoding: "utf8" });
  const assessments = printed.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  assert.equal(assessments.length, 2);
  assert.deepEqual(assessments.map(({ visitor, rejected }) => [visitor, rejected.length]), [["ada", 0], ["ada", 0]]);
  assert.ok(assessments[0].receipt.engagement.length > 0, "a receipt was asked for");
});

test("every file that README.md and the docs link to is there", () => {
  for (const file of ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]) {
    for (const [, link] of readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.ok(existsSync(join(root, link)), `${file} links to ${link}`);
    }
  }
});
