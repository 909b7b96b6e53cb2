// Who declines is scored in the tab and nowhere else: nothing is stored, nothing is sent, everything works.

import assert from "node:assert/strict";
import { agree } from "./agreement.mjs";
import { choice, eventually, kept, NOTHING, open, PAGES, picture, product, scene, state, visit } from "./stage.mjs";

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
  await form.getByText("You declined, so nothing has left this page.").first().waitFor();
  assert.equal(await form.getByText("on its way").count(), 0, "nothing is promised that does not happen");
  await form.getByRole("button", { name: "Close" }).click();

  // The site's own form counts in the tab, and says that it went nowhere.
  await visit(page, "Contact");
  const main = page.getByRole("main");
  await main.getByLabel("Name").fill("Grace Hopper");
  await main.getByLabel("Work e-mail").fill("grace@navy.example");
  await main.getByLabel("Company or school").fill("Navy");
  await main.getByLabel("Employees").fill("900");
  await main.getByLabel("Role").selectOption("IT");
  await main.getByLabel("Your question").fill("Does it float?");
  await main.getByRole("button", { name: "Send" }).click();
  await main.getByText("Your answers have not left this tab").waitFor();

  // Which makes an MQL, and a chat. What is said there stays there, too.
  const chat = page.getByRole("dialog", { name: "Questions before you decide?" });
  await chat.getByRole("textbox").fill("Is anybody there?");
  await page.keyboard.press("Enter");
  await chat.getByText("You declined, so nothing has left this page.").first().waitFor();
  assert.equal(await chat.getByText("We have your question").count(), 0);
  await picture(page, "13-declined-chat");
  await chat.getByRole("button", { name: "Close" }).click();

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

scene("who allows a message sends it, and nothing from before the refusal was lifted", {}, async ({ context, collector, posted }) => {
  const page = await open(context, "/pricing/");
  await choice(page, "Decline").click();
  await visit(page, "Shop");
  await product(page, "Base station").click();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.getByLabel("Work e-mail").fill("grace@navy.example");
  await form.getByLabel("Your role").selectOption("IT");
  await form.getByLabel("How many people").fill("900");
  await form.getByRole("button", { name: "Send me the quote" }).click();
  await form.getByText("You declined, so nothing has left this page.").first().waitFor();
  assert.deepEqual(await kept(page), NOTHING);
  assert.equal(posted.length, 0);

  // The connection is gone, too: it is not called sent before it is.
  await context.setOffline(true);
  await eventually(() => form.getByRole("button", { name: "Allow and send" }).click().then(() => form.getByText("there is no connection").first().waitFor({ timeout: 1000 })));
  assert.equal(await form.getByText("on its way").count(), 0);
  await context.setOffline(false);
  await form.getByText("The quote is on its way.").first().waitFor();
  const { timeline, assessment } = await agree(page, collector);
  assert.deepEqual(timeline.map(({ type }) => type), ["consent", "form_submit", "action_converted"]);
  assert.equal(assessment.scores.fit.value, 65);
});

scene("who has not chosen yet allows one question, and is asked no more", {}, async ({ context, collector, posted }) => {
  const page = await open(context, "/contact/");
  const main = page.getByRole("main");
  for (const [label, value] of [["Name", "Ada"], ["Work e-mail", "ada@lovelace-printing.example"], ["Company or school", "Lovelace Printing"], ["Employees", "140"], ["Your question", "Trier?"]]) await main.getByLabel(label).fill(value);
  await main.getByLabel("Role").selectOption("Facilities");
  await main.getByRole("button", { name: "Send" }).click();
  await main.getByText("Your answers have not left this tab").waitFor();
  const chat = page.getByRole("dialog", { name: "Questions before you decide?" });
  await chat.getByRole("textbox").fill("By when?");
  await page.keyboard.press("Enter");
  await chat.getByText("This goes to us when you allow it.").first().waitFor();
  assert.deepEqual(await kept(page), NOTHING);
  assert.equal(posted.length, 0);

  await eventually(async () => {
    if (await choice(page, "Accept").isVisible()) await chat.getByRole("button", { name: "Allow and send" }).click();
    assert.equal(await choice(page, "Accept").isVisible(), false, "the bar has its answer");
  });
  await chat.getByText("We have your question").first().waitFor();
  await main.getByText("Your answers have reached this site's own collector.").waitFor();
  const { timeline, chat: words } = await agree(page, collector);
  assert.deepEqual(words.map(({ text }) => text), ["By when?"]);
  assert.deepEqual(timeline.filter(({ type }) => type === "consent").map(({ properties }) => properties), [{ contact: true }]);
  assert.equal(timeline.filter(({ type }) => type === "page_view").length, 1, "the visit goes along, as the dialog said");
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
