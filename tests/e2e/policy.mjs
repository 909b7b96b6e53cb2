// Under strict content security policies: with leave to compile WebAssembly everything works, without it nothing but the scoring is missing.

import assert from "node:assert/strict";
import { agree } from "./agreement.mjs";
import { choice, eventually, kept, NOTHING, open, picture, scene, state, UNSCORED, violations } from "./stage.mjs";

scene("under a strict policy a visit is scored, sent and explained", {}, async ({ context, collector }) => {
  const page = await open(context, "/strict/");
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  await page.getByText("Scoring runs.").waitFor();
  await choice(page, "Accept").click();
  await page.keyboard.press("Control+Shift+L");
  const panel = page.getByRole("dialog", { name: "Warmlead" });
  await panel.getByRole("heading", { name: "engagement" }).waitFor();
  // Bars and colours come from style sheets that the policy does not touch.
  assert.notEqual(await panel.evaluate((dialog) => getComputedStyle(dialog).backgroundColor), "rgba(0, 0, 0, 0)");
  assert.equal(await panel.evaluate((dialog) => getComputedStyle(dialog).position), "fixed");
  assert.deepEqual(await violations(page), []);
  await picture(page, "15-strict");
  await page.evaluate(async () => (await (await import("/js/lead.js")).loaded).track("demo_use", { demo: "policy" }));
  const said = await agree(page, collector);
  assert.deepEqual(said.timeline.filter(({ type }) => ["page_view", "demo_use"].includes(type)).map(({ type }) => type), ["page_view", "demo_use"]);
});

scene("where WebAssembly is forbidden, the error has a name and the page lives on", { expected: /UNSUPPORTED_RUNTIME|WebAssembly/ }, async ({ context, collector, posted }) => {
  const page = await context.newPage();
  await page.goto(UNSCORED);
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.doesNotMatch(policy, /wasm-unsafe-eval/);
  await page.locator("[data-client]").filter({ hasText: "The client is unsupported. UNSUPPORTED_RUNTIME:" }).waitFor();
  const client = await page.evaluate(async () => {
    const { status, error, assessment } = await (await import("/js/lead.js")).loaded;
    return { status, code: error.code, name: error.name, isError: error instanceof Error, cause: String(error.cause), assessment };
  });
  assert.equal(typeof client.cause, "string");
  assert.deepEqual({ ...client, cause: "" }, { status: "unsupported", code: "UNSUPPORTED_RUNTIME", name: "WarmleadError", isError: true, cause: "", assessment: null });
  assert.match(client.cause, /Content Security Policy|unsafe-eval|blocked/i, "the browser's own reason");

  // The page's own script goes on, calls are accepted, nobody is asked for a consent that nothing would follow from.
  await page.getByRole("slider").focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
  assert.match(await page.locator("[data-estimate-rooms]").textContent(), /23/);
  await page.evaluate(async () => (await (await import("/js/lead.js")).loaded).track("add_to_cart", { value: 49 }));
  assert.equal(await choice(page, "Accept").isVisible(), false);
  await page.getByRole("contentinfo").getByLabel("E-mail").fill("ada@lovelace-printing.example");
  await page.getByRole("contentinfo").getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("contentinfo").getByText("have not been sent").waitFor();
  await picture(page, "16-without-wasm");
  assert.deepEqual(await violations(page), []);

  // The panel says why, and leaving the page leaves its policy.
  await page.getByRole("button", { name: "Why" }).click();
  await page.getByText("UNSUPPORTED_RUNTIME: ").last().waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Pricing" }).click();
  await page.waitForURL("**/pricing/");
  await eventually(async () => assert.equal((await state(page)).assessment.mql, false));
  assert.deepEqual(await kept(page), NOTHING);
  assert.deepEqual(posted, []);
  assert.deepEqual(await collector.visitors(), []);
});
