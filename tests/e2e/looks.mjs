// On a phone, in the dark, without motion, without scripts: nothing sticks out, nothing moves, everything can be read.

import assert from "node:assert/strict";
import { choice, drained, open, PAGES, picture, product, scene, state, UNSCORED, visit } from "./stage.mjs";

const phone = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

scene("on a phone no page is wider than the screen, and the form is a sheet", phone, async ({ context }) => {
  const page = await open(context);
  await picture(page, "7-phone-home");
  for (const path of PAGES) {
    await page.goto(path);
    if (path.endsWith("/")) await state(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} sticks out`);
  }
  await page.goto("/shop/");
  await choice(page, "Accept").tap();
  await product(page, "Room sensor").tap();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.waitFor();
  await picture(page, "8-phone-form");
  const box = await form.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 320 && box.y > 0 && box.y + box.height <= 640, `the form is on the screen: ${JSON.stringify(box)}`);
  await form.getByRole("button", { name: "Close" }).tap();
  await page.getByRole("button", { name: "Why" }).tap();
  const panel = page.getByRole("dialog", { name: "Warmlead" });
  await panel.getByRole("table", { name: "Receipt of engagement" }).waitFor();
  await drained(page);
  await picture(page, "9-phone-panel");
});

scene("on a phone nothing covers the bar that asks for consent", phone, async ({ context }) => {
  const page = await open(context, "/shop/");
  const bar = await page.getByRole("region", { name: "Privacy choice" }).boundingBox();
  await product(page, "Room sensor").tap();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.waitFor();
  await picture(page, "14-phone-form-and-bar");
  const box = await form.boundingBox();
  assert.ok(box.y > 0 && box.y + box.height <= bar.y + 1, `the form ends at ${box.y + box.height}, the bar begins at ${bar.y}`);
  await form.getByLabel("Work e-mail").fill("ada@lovelace-printing.example");
  await choice(page, "Decline").tap();
  assert.equal(await choice(page, "Decline").isVisible(), false);
  assert.equal(await form.getByLabel("Work e-mail").inputValue(), "ada@lovelace-printing.example");
});

scene("nothing on a page moves while it comes to life, on a slow line, too", {}, async ({ context }) => {
  const page = await context.newPage();
  const pages = PAGES.filter((path) => path.endsWith("/"));
  for (const [paths, late] of [[pages, 0], [["/", "/cart/"], 1200]]) {
    if (late) await context.route("**/*.wasm", (route) => setTimeout(() => route.continue().catch(() => {}), late)); // A page that is left needs it no more.
    for (const viewport of [{ width: 1280, height: 800 }, { width: 320, height: 640 }]) {
      await page.setViewportSize(viewport);
      for (const path of paths) {
        await page.goto(path);
        await state(page);
        await choice(page, "Accept").waitFor();
        const shifts = await page.evaluate(() => new Promise((resolve) => {
          const seen = [];
          new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => setTimeout(() => resolve(seen.flatMap(({ value, sources }) => sources.map(({ node }) => `${value.toFixed(4)} ${node?.nodeName}.${node?.className}`))), 50));
        }));
        assert.deepEqual(shifts, [], `${path} at ${viewport.width}, ${late} ms late`);
      }
    }
  }
});

scene("in the dark, without motion", { colorScheme: "dark", reducedMotion: "reduce" }, async ({ context }) => {
  const page = await open(context);
  await picture(page, "10-dark-home");
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 100));
  assert.equal(light, false);
  await choice(page, "Accept").click();
  await visit(page, "Product");
  await page.getByRole("radio", { name: /^Classroom/ }).click();
  await visit(page, "Shop");
  await product(page, "Room sensor").click();
  await page.getByRole("dialog", { name: "Would you like a quote for this?" }).waitFor();
  await page.keyboard.press("Control+Shift+L");
  await page.getByRole("dialog", { name: "Warmlead" }).getByRole("table", { name: "Receipt of engagement" }).waitFor();
  await drained(page);
  await picture(page, "11-dark-form-and-panel");
  const moving = await page.evaluate(() => {
    const lasts = (animation) => animation.playState === "running" && animation.effect.getComputedTiming().activeDuration > 1;
    return document.getAnimations().filter(lasts).length;
  });
  assert.equal(moving, 0);
});

scene("without scripts every page can be read and reached", { javaScriptEnabled: false }, async ({ context, collector, posted }) => {
  const page = await context.newPage();
  await page.goto("/");
  await picture(page, "12-without-scripts");
  const reached = new Set(["/"]);
  for (const path of reached) {
    await page.goto(path);
    assert.ok((await page.getByRole("main").innerText()).length > 30, `${path} has something to read`);
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, path);
    assert.equal(await choice(page, "Accept").count(), 0, "a choice that nothing depends on is not offered");
    for (const link of await page.getByRole("link").all()) {
      const { origin, pathname } = new URL(await link.getAttribute("href"), page.url());
      if (origin === collector.address) reached.add(pathname);
    }
  }
  assert.deepEqual([...reached].filter((path) => ![...PAGES, UNSCORED].includes(path)), [], "no link leads nowhere");
  assert.deepEqual(PAGES.filter((path) => !reached.has(path) && !path.endsWith(".html")), [], "pages that no link leads to");
  assert.deepEqual(posted, []);
  assert.deepEqual(await collector.visitors(), []);
});
