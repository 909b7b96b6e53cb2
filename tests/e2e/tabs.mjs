// One visitor with two tabs: both know what happens in either, and the collector gets everything once.

import assert from "node:assert/strict";
import { agree, lives } from "./agreement.mjs";
import { choice, eventually, kept, NOTHING, open, read, scene, state, visit } from "./stage.mjs";

scene("two tabs of one visitor agree", {}, async ({ context, collector }) => {
  const [one, other] = [await open(context), await open(context, "/pricing/")];
  await choice(one, "Accept").click();
  await eventually(async () => {
    assert.equal((await state(other)).consentGiven, true);
    assert.equal((await state(other)).visitor, (await state(one)).visitor);
  });

  await visit(one, "Product");
  await one.getByRole("radio", { name: /^Classroom/ }).click();
  await visit(other, "Guides");
  // Both at once: each has something to send.
  await Promise.all([visit(one, "Contact"), visit(other, "Shop")]);
  const ribbon = (page) => page.locator("[data-value=engagement]").textContent();
  await eventually(async () => {
    const [here, there] = [await state(one), await state(other)];
    assert.deepEqual({ ...here.assessment, at: 0 }, { ...there.assessment, at: 0 });
    assert.equal(await ribbon(one), await ribbon(other));
    assert.equal(here.assessment.events, here.queue.acknowledged);
  });
  const known = await agree(one, collector, [other]);
  const seen = known.timeline.filter(({ type }) => type === "page_view").map(({ url }) => new URL(url).pathname);
  assert.deepEqual(seen.toSorted(), ["/", "/contact/", "/pricing/", "/product/", "/resources/", "/shop/"]);
  assert.equal((await collector.visitors()).length, 1);

  // A third page read makes the banner due. Both windows are in sight: one of them shows it.
  await other.bringToFront();
  for (const guide of ["how-much-air", "five-minutes"]) await read(other, guide);
  const banner = (page) => page.getByRole("dialog", { name: /one short guide/ });
  const chosen = await eventually(async () => {
    if (await banner(other).isVisible()) return other;
    assert.ok(await banner(one).isVisible(), "the banner comes");
    return one;
  });
  await banner(chosen).getByRole("link", { name: "Get the guide" }).click();
  await chosen.waitForURL("**/resources/");
  const { timeline } = await agree(chosen, collector, [one, other].filter((page) => page !== chosen));
  assert.deepEqual(lives(timeline), { "ebook-banner": ["action_shown", "action_clicked", "action_converted"] });

  // A refusal in one holds in the other.
  await one.bringToFront();
  await one.getByRole("contentinfo").getByRole("link", { name: "Privacy choices" }).click();
  await choice(one, "Decline").click();
  await eventually(async () => {
    assert.equal((await state(other)).consentGiven, false);
    assert.deepEqual(await kept(one), NOTHING);
    assert.deepEqual(await kept(other), NOTHING);
  });
});
