// Starts a browser and serves the harness page to it, without a server: requests are answered from here. It does not know what is tested.

import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium as installed } from "../../pkg-config/tools/need.mjs";

const here = new URL("./", import.meta.url);
const repository = new URL("../../", here);
const require = createRequire(new URL("pkg-config/package.json", repository));
const { chromium } = require("playwright-core");
const esbuild = require("esbuild");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const SITE = "https://acme.example/";
/** No inline styles, no inline scripts: what overlays must live with. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'none'";

const bundle = async (entry) => {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(`pkg-config/browser/${entry}`, repository))], bundle: true, write: false, format: "esm", target: "es2022",
  });
  return outputFiles[0].text;
};

/** Everything a test needs of a browser. */
export async function start() {
  const { browser: executablePath } = await installed();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"] });
  const file = (name) => readFileSync(new URL(name, here), "utf8");
  const served = {
    "/": { contentType: "text/html", body: file("page.html"), headers: { "content-security-policy": POLICY } },
    "/page.css": { contentType: "text/css", body: file("page.css") },
    "/page.js": { contentType: "text/javascript", body: file("page.js") },
    "/actions.js": { contentType: "text/javascript", body: await bundle("actions/index.ts") },
    "/panel.js": { contentType: "text/javascript", body: await bundle("panel/index.ts") },
  };
  return {
    close: () => browser.close(),
    /** A fresh page. Options are Playwright's for a browser context. `errors` collects what the page's console complains about, `warnings` what it warns of. */
    async open(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      page.errors = [];
      page.on("pageerror", (error) => page.errors.push(String(error)));
      page.warnings = [];
      page.on("console", (message) => ({ error: page.errors, warning: page.warnings })[message.type()]?.push(message.text()));
      await context.route("**", (route) => {
        const found = served[new URL(route.request().url()).pathname];
        return found ? route.fulfill(found) : route.fulfill({ status: 404, body: "" });
      });
      await page.goto(SITE);
      await page.waitForFunction(() => typeof window.show === "function");
      return page;
    },
  };
}

/** What axe finds wrong with the page, as short lines. */
export async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // What is still fading in has not the contrast that it will have.
    const roots = [document, ...[...document.querySelectorAll("*")].map((host) => host.shadowRoot).filter(Boolean)];
    const passing = roots.flatMap((root) => root.getAnimations()).filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.all(passing.map((animation) => animation.finished.catch(() => {})));
    const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} (${node.target.flat().join(" ")}) ${node.any[0]?.message ?? ""}`));
  });
}

/** Keeps a picture to look at. */
export async function picture(page, name) {
  const folder = fileURLToPath(new URL("target/screenshots/", repository));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}${name}.png` });
}

/** What has focus, through shadow roots: a name to compare with. */
export const focused = (page) => page.evaluate(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute("aria-label") ?? (at?.labels?.[0]?.textContent || at?.id || at?.textContent?.trim() || at?.tagName.toLowerCase());
});
