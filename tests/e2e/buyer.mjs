// The ready buyer: from an advertisement to the chat, through everything that goes wrong on the way.

import assert from "node:assert/strict";
import { agree, lives } from "./agreement.mjs";
import { choice, drained, eventually, kept, NOTHING, open, picture, product, scene, state, stored, visit } from "./stage.mjs";

scene("a visitor becomes an MQL, and nothing that happens on the way is lost or counted twice", {}, async ({ context, collector, posted }) => {
  // Arrives by an ad. Before the choice nothing is stored and nothing sent.
  const page = await open(context, "/?utm_source=google&utm_medium=cpc&utm_campaign=fresh-air");
  const accept = choice(page, "Accept");
  await accept.waitFor();
  await picture(page, "1-home");
  await page.mouse.wheel(0, 900);
  assert.deepEqual(await kept(page), NOTHING);
  assert.deepEqual(await collector.visitors(), []);
  assert.equal(posted.length, 0);
  assert.equal((await state(page)).consentGiven, null);

  await accept.click();
  await accept.waitFor({ state: "hidden" });
  const { visitor, assessment: first } = await drained(page);
  assert.equal((await collector.visitor(visitor)).document.first.channel, "paid_search");
  assert.equal(first.stage, "visitor");

  await visit(page, "Pricing");
  await page.getByRole("slider").focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");

  // Puts a sensor into the cart: a form asks for whom, and the answers move the fit.
  await visit(page, "Shop");
  await product(page, "Room sensor").click();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.waitFor();
  await picture(page, "2-cart-form");
  const before = await state(page);
  assert.equal(before.assessment.scores.fit.value, 0);
  await form.getByLabel("Work e-mail").click();
  await page.keyboard.type("ada@lovelace-printing.example");
  await form.getByLabel("Your role").selectOption("Facilities");
  await form.getByLabel("How many people").click();
  await page.keyboard.type("140");
  await page.keyboard.press("Enter");
  await form.getByText("The quote is on its way.").first().waitFor();
  await form.getByRole("button", { name: "Close" }).click();
  const asked = await state(page);
  assert.equal(asked.assessment.scores.fit.value, 65, "company size 25, role 25, business e-mail 15");
  assert.equal(asked.assessment.stage, "lead");
  const known = await eventually(async () => {
    const { document } = await collector.visitor(visitor);
    assert.deepEqual(document.traits, { email: "ada@lovelace-printing.example", role: "Facilities", company: { size: 140 } });
    return document;
  });
  assert.equal(known.stage, "lead");

  await crash({ context, page, collector });
  await disconnect({ context, page, collector });

  // Fetches the guide: that makes an MQL, and somebody to talk to appears.
  assert.equal((await state(page)).assessment.mql, false);
  await visit(page, "Guides");
  const ebook = page.getByRole("form").filter({ has: page.locator("#ebook-email") });
  assert.equal(await ebook.getByLabel("Work e-mail").inputValue(), "ada@lovelace-printing.example", "what was said before is filled in");
  await ebook.getByLabel("Country").selectOption("DE");
  await ebook.getByRole("button").click();
  const link = page.getByRole("link", { name: "Open the guide" });
  const [guide] = await Promise.all([context.waitForEvent("page"), link.click()]);
  await guide.getByRole("heading", { level: 1 }).waitFor();
  await guide.close();

  const chat = page.getByRole("dialog", { name: "Questions before you decide?" });
  await chat.waitFor();
  await page.getByRole("button", { name: "Why" }).click();
  const panel = page.getByRole("dialog", { name: "Warmlead" });
  await panel.getByRole("table", { name: "Receipt of engagement" }).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await drained(page);
  await picture(page, "demo");
  await chat.getByRole("textbox").click();
  await page.keyboard.type("Do the sensors work without Wi-Fi?");
  await page.keyboard.press("Enter");
  await page.keyboard.type("We have 14 rooms.");
  await page.keyboard.press("Enter");
  await chat.getByText("We have your question").first().waitFor();
  await picture(page, "4-chat-and-panel");
  await panel.getByRole("button", { name: "Close" }).click();

  // Both sides say the same of everything that has happened, and the words can be read.
  const said = await agree(page, collector);
  assert.equal(said.assessment.stage, "mql");
  assert.equal(said.assessment.mql, true);
  assert.deepEqual(said.chat.map(({ text }) => text), ["Do the sensors work without Wi-Fi?", "We have 14 rooms."]);
  assert.deepEqual(lives(said.timeline), {
    "cart-form": ["action_shown", "action_clicked", "action_converted"],
    "sales-chat": ["action_shown", "action_clicked", "action_converted"],
  });
  const count = (type) => said.timeline.filter((event) => event.type === type).length;
  assert.deepEqual(
    ["ad_click", "consent", "page_view", "add_to_cart", "demo_use", "form_submit", "file_download", "chat_start", "chat_message"].map(count),
    [1, 1, 5, 1, 5, 2, 1, 1, 2],
  );
  const sales = await context.newPage();
  await sales.goto(`/v1/visitors/${visitor}`);
  await sales.getByText("Do the sensors work without Wi-Fi?").first().waitFor();
  await picture(sales, "5-collector", { fullPage: true });
  await sales.close();

  await comeBack({ context, page, collector, visitor });
});

/** The collector dies after it has stored a batch and before it has said so, and stays away while more happens. */
async function crash({ context, page, collector }) {
  await visit(page, "Product");
  await drained(page);
  let died = false;
  await context.route("**/v1/batch", async (route) => {
    if (died) return route.continue();
    died = true;
    const answer = await route.fetch();
    assert.equal(answer.status(), 200);
    await collector.kill();
    await route.abort("connectionreset");
  });
  await page.getByRole("radio", { name: /^Classroom/ }).click();
  await eventually(async () => {
    const { queue } = await state(page);
    assert.equal(died, true);
    assert.ok(queue.waiting > 0 && queue.retryAt !== null, "what was not acknowledged waits for the next attempt");
  });
  await page.getByRole("slider", { name: "People in it" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "17 to 18 o'clock" }).click();
  await eventually(async () => assert.deepEqual(await tried(page), ["room", "people", "day"], "what was done meanwhile is on disk"));
  await picture(page, "3-collector-away");
  await collector.start();
  // Nothing but time brings it back: the pauses grow, but from seconds.
  await drained(page);
  await context.unroute("**/v1/batch");
}

/** The network goes, and comes back. */
async function disconnect({ context, page, collector }) {
  await context.setOffline(true);
  await eventually(async () => assert.equal((await state(page)).queue.online, false));
  await page.getByRole("radio", { name: /^Ventilation/ }).click();
  await page.getByRole("radio", { name: /^Windows shut/ }).click();
  const advice = page.getByRole("button", { name: "Try it" });
  await advice.click();
  await eventually(async () => assert.deepEqual(await tried(page), ["air", "advice"], "what was done meanwhile is on disk"));
  const { timeline } = await collector.visitor((await state(page)).visitor);
  assert.equal(timeline.filter(({ type }) => type === "demo_use").length, 3, "and nowhere else");
  await context.setOffline(false);
  await drained(page);
}

/** The parts of the planner whose use waits to be sent, in order. */
const tried = async (page) => (await stored(page)).waiting.filter(({ type }) => type === "demo_use").map(({ properties }) => properties.feature);

/** Leaves while the collector is down, and comes back in a new tab: nothing was forgotten. */
async function comeBack({ context, page, collector, visitor }) {
  await collector.kill();
  await page.getByRole("contentinfo").getByLabel("E-mail").fill("ada@lovelace-printing.example");
  await page.getByRole("contentinfo").getByRole("button", { name: "Sign up" }).click();
  await eventually(async () => assert.ok((await stored(page)).waiting.some(({ type }) => type === "newsletter_subscribe"), "it waits on disk"));
  await page.close();
  await collector.start();

  const later = await open(context, "/pricing/");
  assert.equal(await choice(later, "Accept").isVisible(), false, "the choice is not asked for again");
  const said = await agree(later, collector);
  assert.equal(said.visitor, visitor);
  assert.equal(said.assessment.mql, true);
  assert.equal(said.timeline.filter(({ type }) => type === "newsletter_subscribe").length, 1);
  await later.reload();
  const again = await agree(later, collector);
  assert.equal(again.timeline.filter(({ type }) => type === "page_view").length, 7);
  assert.deepEqual(Object.keys(lives(again.timeline)), ["cart-form", "sales-chat"], "a chat that was answered does not offer itself again");
}
