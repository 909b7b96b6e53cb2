// Without a mouse, and for assistive technology: everything can be reached, used and left, and axe finds nothing wrong anywhere.

import assert from "node:assert/strict";
import { agree, lives } from "./agreement.mjs";
import { choice, open, PAGES, picture, product, scene, state, violations } from "./stage.mjs";

const KEYS = ["Tab", "Enter", "Escape", "Control+Shift+L"];

scene("consent, panel, form and chat work by keyboard alone", { reducedMotion: "reduce" }, async ({ context, collector }) => {
  const page = await open(context, "/contact/");
  const { keyboard } = page;
  const type = async (...keys) => { for (const key of keys) await (KEYS.includes(key) ? keyboard.press(key) : keyboard.type(key)); };
  await choice(page, "Accept").waitFor();

  await reach(page, "Accept");
  await type("Enter");
  assert.equal(await choice(page, "Accept").isVisible(), false);
  assert.equal(await focused(page), "main");

  await type("Control+Shift+L");
  const panel = page.getByRole("dialog", { name: "Warmlead" });
  await panel.waitFor();
  await page.waitForFunction(() => document.activeElement?.localName === "warmlead-panel");
  assert.deepEqual(await violations(page), [], "with the panel open");
  await type("Escape");
  await panel.waitFor({ state: "detached" });
  assert.equal(await focused(page), "main");

  // The contact form, filled in from the first field to the button.
  await reach(page, "What is it about?");
  await type("Tab", "Ada Lovelace", "Tab", "ada@lovelace-printing.example", "Tab", "Lovelace Printing", "Tab", "Tab", "140", "Tab", "Education");
  await type("Tab", "Facilities", "Tab", "Germany", "Tab", "Do you ship to Trier?", "Tab", "Enter");
  await page.getByRole("main").getByRole("heading", { name: "Thank you" }).waitFor();
  const chat = page.getByRole("dialog", { name: "Questions before you decide?" });
  await chat.waitFor();
  assert.equal(await focused(page), "Thank you", "the chat does not take focus");
  assert.equal((await state(page)).assessment.mql, true, "a lead that fits and has asked to talk");
  assert.deepEqual(await violations(page), [], "with the chat open");

  await reach(page, "Your question", "warmlead-overlay");
  await type("By when?", "Enter");
  await chat.getByText("We have your question").first().waitFor();
  await type("Escape");
  await chat.waitFor({ state: "hidden" });
  assert.equal(await focused(page), "Questions before you decide?", "Esc leaves the conversation as a button");
  assert.deepEqual(await violations(page), [], "with the chat put aside");
  await type("Enter");
  await chat.waitFor();
  assert.equal(await focused(page), "Your question");
  const { chat: words, timeline } = await agree(page, collector);
  assert.deepEqual(words.map(({ text }) => text), ["By when?"]);
  assert.deepEqual(lives(timeline)["sales-chat"], ["action_shown", "action_clicked", "action_converted"]);
  const submitted = timeline.find(({ type, properties }) => type === "form_submit" && properties.form === "contact");
  assert.deepEqual(submitted.traits, {
    name: "Ada Lovelace", email: "ada@lovelace-printing.example", role: "Facilities", country: "DE",
    company: { name: "Lovelace Printing", size: 140, industry: "education" },
  });
});

scene("axe finds nothing wrong with any page, in light and dark", { reducedMotion: "reduce" }, async ({ context, collector }) => {
  const page = await context.newPage();
  for (const path of PAGES) {
    await page.goto(path);
    if (path.endsWith("/")) await choice(page, "Accept").waitFor();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${path} ${colorScheme}`);
    }
  }
  // A form with mistakes pointed out, and the two pages of the collector.
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/shop/");
  await choice(page, "Accept").click();
  await product(page, "One-floor kit").click();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.getByRole("button", { name: "Send me the quote" }).click();
  await form.getByText("This is needed.").first().waitFor();
  assert.deepEqual(await violations(page), [], "with a form that was not filled in");
  await picture(page, "6-form-with-mistakes");
  const { visitor } = await agree(page, collector);
  for (const path of ["/v1/visitors", `/v1/visitors/${visitor}`]) {
    await page.goto(path);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${path} ${colorScheme}`);
    }
  }
});

/** Presses Tab until the control of this name has focus. */
async function reach(page, name, host = "") {
  const seen = [];
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at === name && (!host || (await page.evaluate(() => document.activeElement.localName)) === host)) return;
    seen.push(at);
  }
  assert.fail(`Tab never reaches ${name}, only ${seen.join(", ")}`);
}

/** The name of what has focus, through shadow roots. */
const focused = (page) => page.evaluate(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? (at?.matches("main") ? "main" : at?.textContent))?.trim();
});
