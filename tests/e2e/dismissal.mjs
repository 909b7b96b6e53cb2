// What was dismissed stays dismissed, on this page, on the next, and for as long as the model says.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { target } from "../../pkg-config/tools/steps.mjs";
import { agree, lives } from "./agreement.mjs";
import { choice, drained, eventually, open, product, read, scene, state, visit } from "./stage.mjs";

const DAY = 86_400_000;

scene("a dialog that was dismissed does not come back", {}, async ({ context, collector }) => {
  const page = await open(context, "/resources/");
  await choice(page, "Accept").click();

  // Three pages read: a banner points to the guide to print. Esc sends it away.
  for (const guide of ["how-much-air", "five-minutes"]) await read(page, guide);
  const banner = page.getByRole("dialog", { name: /one short guide/ });
  await banner.waitFor();
  await page.keyboard.press("Escape");
  await banner.waitFor({ state: "detached" });

  // Something in the cart: a form, closed by its button.
  await visit(page, "Shop");
  const add = product(page, "Room sensor");
  await add.click();
  const form = page.getByRole("dialog", { name: "Would you like a quote for this?" });
  await form.getByRole("button", { name: "Close" }).click();
  await form.waitFor({ state: "detached" });

  // Reasons for both are there again, now and after a reload.
  for (const again of [1, 2]) {
    await add.click();
    await eventually(async () => assert.match(await page.locator("[data-cart-count]").textContent(), new RegExp(`${again + 1}`)));
    assert.deepEqual((await drained(page)).assessment.show, []);
    assert.equal(await page.locator("warmlead-overlay").count(), 0);
    await page.reload();
    await state(page);
    await page.mouse.wheel(0, 300);
  }
  const { visitor, timeline } = await agree(page, collector);
  assert.deepEqual(lives(timeline), { "ebook-banner": ["action_shown", "action_dismissed"], "cart-form": ["action_shown", "action_dismissed"] });

  // Eight days later, with something in the cart again: the limit of once a week is over, the dismissal is not.
  const { score } = await import(pathToFileURL(join(target, "npm/package/warmlead.js")));
  const now = timeline.at(-1).time + 8 * DAY;
  const events = [...timeline, { id: "later", type: "add_to_cart", time: now - 1000, properties: { value: 89 } }].map(({ receivedAt, ...event }) => event);
  const shown = (of) => score(of, { visitor, now }).show.map(({ id }) => id);
  assert.deepEqual(shown(events), []);
  assert.deepEqual(shown(events.filter(({ type }) => type !== "action_dismissed")), ["cart-form"]);
});
