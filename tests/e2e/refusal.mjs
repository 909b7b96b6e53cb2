// Who declines is scored in the tab and nowhere else: nothing is stored, nothing is sent, everything works.

import assert from "node:assert/strict";
import { choice, kept, NOTHING, open, PAGES, product, scene, state, visit } from "./stage.mjs";

scene("a visitor who declines leaves no trace", {}, async ({ context, collector, posted }) => {
  const page = await open(context);
  await choice(page, "Decline").click();
  assert.equal((await state(page)).consentGiven, false);

  await visit(page, "Product");
  await page.getByRole("radio", { name: /^Shared office/ }).click();
  await visit(page, "Shop");
  await product(page, "Base station").click();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.getByLabel("Work e-mail").fill("grace@navy.example");
  await form.getByLabel("Your role").selectOption("IT");
  await form.getByLabel("How many people").fill("900");
  await form.getByRole("button", { name: "Send me the quote" }).click();
  await form.getByText("The quote is on its way.").first().waitFor();
  await page.getByRole("link", { name: /^Cart/ }).click();
  await page.getByText("You have not agreed to storage").waitFor();
  const { assessment, queue } = await state(page);
  assert.equal(assessment.scores.fit.value, 65, "the visit is scored all the same");
  assert.ok(assessment.scores.engagement.value > 20);
  assert.deepEqual([queue.waiting, queue.acknowledged, queue.store], [0, 0, "memory"]);
  assert.deepEqual(await kept(page), NOTHING);

  // Hiding and leaving is when clients send what is left.
  for (const path of PAGES.filter((path) => path.endsWith("/"))) {
    await page.goto(path);
    await state(page);
    assert.deepEqual(await kept(page), NOTHING, path);
  }
  assert.equal(await choice(page, "Decline").isVisible(), true, "a refusal is not stored either, so the next page asks again");
  await page.close();
  assert.deepEqual(posted.map((request) => request.url()), []);
  assert.deepEqual(await collector.visitors(), []);
});

scene("who takes the consent back is forgotten by the browser", {}, async ({ context, collector, posted }) => {
  const page = await open(context, "/privacy/");
  await choice(page, "Accept").click();
  await page.getByText("You have accepted").waitFor();
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 1);
  await page.getByRole("main").getByRole("button", { name: "Decline" }).click();
  await page.getByText("You have declined").waitFor();
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
  const sent = posted.length;
  await visit(page, "Pricing");
  await page.goto("/");
  assert.equal((await state(page)).consentGiven, null);
  assert.deepEqual(await kept(page), NOTHING);
  assert.equal(posted.length, sent);
  for (const { events } of await collector.visitors()) assert.ok(events <= 2, "what had been sent stays there, and no more");
});
