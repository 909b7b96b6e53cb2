// What overlays promise to the people who meet them (chat, form and banner, on a page with a strict content security policy),
// and to the client that opens them. Run with `node --test tests/dialogs/*.test.mjs`, after `npm ci` in pkg-config/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { focused, picture, start, violations } from "./browser.mjs";

const CHAT = { id: "sales-chat", do: { type: "chat", title: "Talk to sales", message: "Want to see Acme on your own invoices? Ask us anything." } };
const FORM = {
  id: "cart-form",
  do: {
    type: "form", title: "Get a quote for your team", message: "Two minutes now, an exact price by tomorrow.", submit: "Get my quote",
    fields: [
      { name: "email", label: "E-mail for the quote", type: "email", required: true, trait: "email" },
      { name: "company", label: "Company", type: "text", trait: "company.name" },
      { name: "size", label: "How many people work there?", type: "number", required: true, trait: "company.size" },
      { name: "role", label: "Your role", type: "select", options: ["Finance", { value: 7, label: "Founder" }], trait: "role" },
      { name: "wish", label: "Anything else" },
    ],
  },
};
const BANNER = { id: "report", do: { type: "banner", message: "New: the late payments report.", label: "Read the report", href: "#product", event: "select_promotion" } };
const ALL = [CHAT, FORM, BANNER];

/** Words for a page that is written from right to left. */
const HEBREW = {
  title: "דברו איתנו", message: "רוצים לראות את זה על הנתונים שלכם? שאלו כל דבר.", placeholder: "כתבו הודעה", label: "לקריאת הדוח", submit: "שלחו לי הצעה",
  texts: { close: "סגירה", minimise: "מזעור", send: "שליחה", optional: "לא חובה", choose: "בחרו" },
  fields: [{ name: "email", label: "דואר אלקטרוני", type: "email", required: true }, { name: "role", label: "תפקיד", type: "select", options: ["כספים", "הנהלה"] }],
};

let browser;
before(async () => { browser = await start(); });
after(() => browser?.close());

const calls = (page) => page.evaluate(() => window.calls);
const names = async (page) => (await calls(page)).map(([name, type]) => (name === "track" ? `track ${type}` : name));
const gone = (page) => page.waitForFunction(() => document.querySelector("warmlead-overlay") === null);

/** A page on which an overlay has opened and come to rest. */
async function open(action, { setUp, ...options } = {}) {
  const page = await browser.open(options);
  if (setUp) await page.evaluate(setUp);
  await page.evaluate((shown) => window.show(shown), action);
  await page.waitForFunction(() => window.calls.some(([name]) => name === "shown"));
  await page.waitForTimeout(300);
  return page;
}

async function closePage(page) {
  assert.deepEqual(page.errors, [], "the page's console is silent");
  await page.context().close();
}

for (const action of ALL) {
  const { type } = action.do;

  test(`${type}: opens without moving focus or layout, and is named and announced`, async () => {
    const page = await browser.open();
    await page.focus("#field");
    await page.evaluate(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => { window.shifts += list.getEntries().length; }).observe({ type: "layout-shift", buffered: true });
    });
    await page.evaluate((shown) => window.show(shown), action);
    const dialog = page.getByRole("dialog", { name: action.do.title ?? action.do.message });
    await dialog.waitFor();
    await page.waitForFunction((text) => document.querySelector("warmlead-overlay").shadowRoot.querySelector("[role=status]").textContent.includes(text), action.do.message);
    assert.equal(await page.evaluate(() => document.activeElement.id), "field");
    assert.equal(await page.evaluate(() => window.shifts), 0);
    assert.deepEqual(await names(page), ["shown"]);
    await closePage(page);
  });

  test(`${type}: Esc closes from the page and from inside, and focus goes back`, async () => {
    const page = await open(action);
    await page.keyboard.press("Escape");
    await gone(page);
    assert.deepEqual(await names(page), ["shown", "dismissed", "done"]);

    await page.evaluate((shown) => window.show(shown), action);
    await page.waitForTimeout(100);
    await page.focus("#button");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.localName), "warmlead-overlay", "the overlay follows the page's last control");
    await page.keyboard.press("Escape");
    await gone(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), "button");
    assert.deepEqual(await names(page), ["shown", "dismissed", "done", "shown", "dismissed", "done"]);
    await closePage(page);
  });

  test(`${type}: Esc in a field or a dialog of the page is not ours`, async () => {
    const page = await open(action);
    await page.focus("#field");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("warmlead-overlay").count(), 1);
    await closePage(page);
  });

  test(`${type}: the close button dismisses; the page's own closing does not`, async () => {
    const page = await open(action);
    await page.getByRole("button", { name: "Close" }).click();
    assert.deepEqual(await names(page), ["shown", "dismissed", "done"]);
    await page.evaluate((shown) => { window.show(shown); window.calls.length = 0; }, action);
    await page.waitForTimeout(100);
    await page.evaluate(() => { window.closeOverlay(); window.closeOverlay(); });
    assert.deepEqual(await names(page), ["shown", "done"]);
    await closePage(page);
  });

  for (const [look, { texts, ...options }] of Object.entries({
    light: {},
    dark: { colorScheme: "dark" },
    "320px": { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2, hasTouch: true },
    "zoomed-200": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
    rtl: { setUp: () => { document.documentElement.dir = "rtl"; }, texts: HEBREW },
    contrast: { forcedColors: "active" },
  })) {
    test(`${type}, ${look}: axe finds nothing, everything is in view and big enough`, async () => {
      const page = await open({ ...action, do: { ...action.do, ...texts } }, options);
      assert.deepEqual(await violations(page), []);
      await picture(page, `overlay-${type}-${look}`);
      const { problems, top, side } = await page.evaluate(() => {
        const root = document.querySelector("warmlead-overlay").shadowRoot;
        const box = root.querySelector("dialog").getBoundingClientRect();
        const problems = [];
        if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) problems.push(`dialog out of view: ${JSON.stringify(box)}`);
        if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
        for (const part of root.querySelectorAll("dialog *")) {
          if (part.scrollWidth > part.clientWidth + 1 && !part.matches(".aside, option, svg *, select, input")) problems.push(`${part.localName}.${part.className} overflows`);
          if (!part.matches("button, a, input, select, textarea")) continue;
          const { width, height } = part.getBoundingClientRect();
          if (part.checkVisibility() && (width < 44 || height < 44)) problems.push(`${part.localName} is ${width} × ${height}`);
        }
        return { problems, top: box.top, side: box.left + box.right > innerWidth ? "right" : "left" };
      });
      assert.deepEqual(problems, []);
      if (look === "rtl") assert.equal(side, "left");
      if (look === "zoomed-200") assert.ok(top >= 60, `a page's line at the top is covered: ${top}`);
      if (look === "light") assert.equal(side, "right");
      await closePage(page);
    });
  }

  test(`${type}: a page's rules don't reach in, the six properties do`, async () => {
    const look = (page) => page.evaluate(() => {
      const dialog = document.querySelector("warmlead-overlay").shadowRoot.querySelector("dialog");
      const { color, letterSpacing, textTransform, lineHeight, position, opacity, display, fontSize, fontFamily, backgroundColor, borderTopLeftRadius } = getComputedStyle(dialog);
      return { color, letterSpacing, textTransform, lineHeight, position, opacity, display, fontSize, fontFamily, backgroundColor, borderTopLeftRadius };
    });
    const calm = await open(action);
    const expected = await look(calm);
    await closePage(calm);
    const hostile = await open(action, { setUp: () => document.documentElement.classList.add("hostile") });
    assert.deepEqual(await look(hostile), expected);
    assert.match(expected.fontFamily, /Inter/, "the page's font");
    assert.equal(expected.fontSize, "16px", "whatever the page's root size");
    await closePage(hostile);

    const themed = await open(action, {
      colorScheme: "dark",
      setUp: () => {
        for (const [name, value] of Object.entries({ accent: "#0a5c36", "on-accent": "#fefefe", surface: "#fffaf0", text: "#221100", border: "#ccbbaa", radius: "4px" })) document.documentElement.style.setProperty(`--warmlead-${name}`, value);
      },
    });
    const { color, backgroundColor, borderTopLeftRadius } = await look(themed);
    assert.deepEqual({ color, backgroundColor, borderTopLeftRadius }, { color: "rgb(34, 17, 0)", backgroundColor: "rgb(255, 250, 240)", borderTopLeftRadius: "4px" });
    assert.deepEqual(await violations(themed), []);
    await closePage(themed);
  });

  test(`${type}: moves only for those who don't mind`, async () => {
    const page = await browser.open({ reducedMotion: "reduce" });
    await page.evaluate((shown) => window.show(shown), action);
    assert.equal(await page.evaluate(() => document.querySelector("warmlead-overlay").shadowRoot.getAnimations().length), 0);
    await closePage(page);
  });

  test(`${type}: covers neither the control in use nor a bar at the lower edge`, async () => {
    const dialogBox = (page) => page.evaluate(() => document.querySelector("warmlead-overlay").shadowRoot.querySelector("dialog").getBoundingClientRect().toJSON());
    const setUp = () => Object.assign(document.querySelector("#button").style, { position: "fixed", right: "60px", bottom: "60px" });
    for (const use of [(page) => page.focus("#button"), (page) => page.hover("#button")]) {
      const page = await browser.open();
      await page.evaluate(setUp);
      await use(page);
      await page.evaluate((shown) => window.show(shown), action);
      const { left, right } = await dialogBox(page);
      assert.ok(left >= 0 && right < 1280 / 2 + 100, `in the other corner: ${left} to ${right}`);
      await closePage(page);
    }
    for (const [options, gap] of [[{}, 20], [{ viewport: { width: 320, height: 568 } }, 0]]) {
      const page = await open(action, { ...options, setUp: () => document.documentElement.style.setProperty("--warmlead-bottom", "180px") });
      const { top, bottom } = await dialogBox(page);
      assert.equal(bottom, page.viewportSize().height - 180 - gap);
      assert.ok(top >= 0);
      await closePage(page);
    }
  });

  test(`${type}: texts are text`, async () => {
    const page = await open({ ...action, do: { ...action.do, title: "<b>bold</b>", message: "<img src=x onerror=alert(1)> & co" } });
    assert.equal(await page.evaluate(() => document.querySelector("warmlead-overlay").shadowRoot.querySelectorAll("img, b").length), 0);
    assert.equal(await page.getByText("<img src=x onerror=alert(1)> & co").first().isVisible(), true);
    await closePage(page);
  });
}

/** Long words, as German has them. */
const GERMAN = {
  title: "Angebot für Ihr Unternehmen", message: "Zahlungsverzugsbenachrichtigungen für Ihre eigenen Rechnungen, ohne Einrichtung und ohne Verpflichtung, bis morgen.",
  placeholder: "Ihre Frage zur Rechnungsstellung, zu Mahnungen oder zu Preisen", label: "Datenschutzgrundverordnungskonform lesen",
  fields: ["email", { name: "who", label: "Rechnungsstellungssoftwareverantwortliche" }, "phone", "role"],
};

for (const action of ALL) {
  const { type } = action.do;

  test(`${type}: with text at 200 % on a phone all can be read and reached, and what goes on is shown to go on`, async () => {
    const setUp = () => { document.documentElement.style.fontSize = "32px"; document.documentElement.lang = "de"; };
    const page = await open({ ...action, do: { ...action.do, ...GERMAN } }, { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2, hasTouch: true, setUp });
    const root = page.locator("warmlead-overlay");
    const part = root.locator(".scroll, .say").first();
    const state = () => part.evaluate((box) => ({ more: box.dataset.more, mask: getComputedStyle(box).maskImage !== "none", lines: box.clientHeight / 48 }));
    const { more, mask, lines } = await state();
    assert.deepEqual([more, mask], ["below", true]);
    assert.ok(lines >= 2, `${lines} lines`);
    await picture(page, `overlay-${type}-200-percent`);
    const button = root.locator(".primary").first();
    await button.scrollIntoViewIfNeeded();
    const { y, height } = await button.boundingBox();
    assert.ok(y >= 0 && y + height <= 568 + 1, `${y} to ${y + height}`);
    await part.evaluate((box) => { box.scrollTop = box.scrollHeight; });
    await page.waitForTimeout(100);
    assert.equal((await state()).more, "above");
    assert.deepEqual(await root.locator("dialog").evaluate((dialog) => [dialog.lang, getComputedStyle(dialog).hyphens]), ["de", "auto"]);
    await part.evaluate((box) => { box.scrollTop = 0; });
    await page.waitForTimeout(100);
    assert.deepEqual(await violations(page), []);
    await closePage(page);
  });

  test(`${type}: where nothing goes on, nothing says so`, async () => {
    const page = await open(action);
    assert.equal(await page.locator("warmlead-overlay").locator("[data-more]").count(), 0);
    await closePage(page);
  });
}

test("chat: a conversation that grows beyond its room shows that it goes on", async () => {
  const page = await open(CHAT, { viewport: { width: 390, height: 480 } });
  const log = page.getByRole("log");
  for (let line = 0; line < 8; line++) {
    await page.getByRole("textbox", { name: "Write a message" }).fill(`Line ${line}`);
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => document.querySelector("warmlead-overlay").shadowRoot.querySelector("[role=log]").dataset.more === "above");
  await log.evaluate((box) => { box.scrollTop = 0; });
  await page.waitForFunction(() => document.querySelector("warmlead-overlay").shadowRoot.querySelector("[role=log]").dataset.more === "below");
  await closePage(page);
});

test("chat: a conversation by keyboard", async () => {
  const page = await open(CHAT);
  await page.focus("#button");
  await page.keyboard.press("Tab"); // Close
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Write a message");
  await page.keyboard.press("Enter");
  assert.deepEqual(await names(page), ["shown"], "nothing is not a message");
  await page.keyboard.type("Can it read PDFs?");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("We have 3,000.");
  assert.deepEqual(await names(page), ["shown", "clicked"]);
  await page.keyboard.press("Enter");
  assert.deepEqual((await calls(page)).slice(2), [
    ["track", "chat_start", { action: "sales-chat" }],
    ["track", "chat_message", { action: "sales-chat", text: "Can it read PDFs?\nWe have 3,000." }],
    ["converted"],
  ]);
  const log = page.getByRole("log");
  assert.equal(await log.getByText("Thanks. A person will answer here or by e-mail.").count(), 1);
  await page.keyboard.type("And XML?");
  await page.keyboard.press("Enter");
  assert.deepEqual((await names(page)).slice(5), ["track chat_message"]);
  assert.equal(await log.getByText("Thanks.").count(), 1, "thanked once");
  assert.deepEqual(await violations(page), []);
  await picture(page, "overlay-chat-conversation");

  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await focused(page), "Talk to sales", "the button it was minimised to");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "Write a message");
  assert.equal(await log.getByText("And XML?").isVisible(), true);

  await page.getByRole("button", { name: "Close" }).click();
  assert.deepEqual((await names(page)).slice(6), ["done"], "no dismissal after a conversion");
  assert.equal(await page.evaluate(() => document.activeElement.id), "button");
  await page.evaluate((shown) => window.show(shown), CHAT);
  assert.equal(await page.getByRole("log").getByText("And XML?").isVisible(), true, "kept while the page lives");
  await closePage(page);
});

test("chat: the page's shortcuts don't hear what is typed, and an input method's Enter sends nothing", async () => {
  const page = await open(CHAT);
  await page.evaluate(() => { window.heard = []; document.addEventListener("keydown", ({ key }) => window.heard.push(key)); });
  const field = page.getByRole("textbox", { name: "Write a message" });
  await field.pressSequentially("a/");
  await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  assert.deepEqual(await page.evaluate(() => window.heard), []);
  assert.deepEqual(await names(page), ["shown", "clicked"]);
  await closePage(page);
});

test("form: mistakes are pointed out in place, then traits are recorded in their types", async () => {
  const page = await open(FORM);
  await page.focus("#button");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "E-mail for the quote");
  await page.keyboard.type("ada@");
  await page.keyboard.press("Enter");
  const email = page.getByLabel("E-mail for the quote");
  const size = page.getByLabel("How many people work there?");
  assert.equal(await focused(page), "E-mail for the quote", "the first mistake");
  const described = (field) => field.evaluate((control) => control.getRootNode().getElementById(control.getAttribute("aria-describedby")).textContent);
  assert.equal(await described(email), "This should look like name@company.com.");
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  assert.equal(await described(size), "This is needed.");
  assert.deepEqual(await violations(page), []);
  await picture(page, "overlay-form-mistakes");
  assert.deepEqual(await names(page), ["shown", "clicked"]);

  await page.keyboard.type("acme.example");
  assert.equal(await email.getAttribute("aria-invalid"), "false", "gone as soon as it is mended");
  await size.fill("-3");
  await page.keyboard.press("Enter");
  assert.equal(await described(size), "This should be a number, 0 or more.");
  await size.fill("120");
  await page.getByLabel("Company").fill("  Analytical Engines ");
  await page.getByLabel("Your role").selectOption("Founder");
  await page.getByLabel("Anything else").fill("soon");
  await page.getByRole("button", { name: "Get my quote" }).press("Enter");
  assert.deepEqual((await calls(page)).slice(2), [
    ["track", "form_submit", { form: "cart-form", wish: "soon" }, { traits: { email: "ada@acme.example", company: { name: "Analytical Engines", size: 120 }, role: 7 } }],
    ["converted"],
  ]);
  assert.equal(await page.getByText("Thank you. We have got it.").first().isVisible(), true);
  assert.equal(await focused(page), "Close");
  assert.deepEqual(await violations(page), []);
  await picture(page, "overlay-form-thanks");
  await gone(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "button");
  assert.deepEqual((await names(page)).slice(4), ["done"]);
  await closePage(page);
});

test("form: browsers are told what the fields are", async () => {
  const page = await open(FORM);
  const attributes = await page.evaluate(() => [...document.querySelector("warmlead-overlay").shadowRoot.querySelectorAll("input, select")].map((field) => `${field.name}: ${field.type} ${field.autocomplete}${field.required ? " required" : ""}`));
  assert.deepEqual(attributes, ["email: email email required", "company: text organization", "size: number off required", "role: select-one organization-title", "wish: text off"]);
  await closePage(page);
});

test("form: a path through __proto__ pollutes nothing", async () => {
  const page = await open({ id: "odd", do: { type: "form", title: "Odd", fields: [{ name: "a", label: "A", trait: "__proto__.polluted" }] } });
  await page.getByLabel("A (optional)").fill("x");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  await closePage(page);
});

test("banner: its action is recorded before the link is followed", async () => {
  const page = await open(BANNER);
  await page.getByRole("link", { name: "Read the report" }).click();
  await gone(page);
  assert.deepEqual(await calls(page), [["shown"], ["clicked"], ["track", "select_promotion", { action: "report" }], ["converted"], ["done"]]);
  assert.equal(new URL(page.url()).hash, "#product");
  await closePage(page);
});

test("banner: a script is no link", async () => {
  const page = await open({ id: "bad", do: { type: "banner", message: "Hello", label: "Go", href: "javascript:alert(1)" } });
  assert.equal(await page.getByRole("link", { name: "Go" }).count(), 0);
  await closePage(page);
});

test("malformed `do` still gives a dialog that can be closed", async () => {
  for (const [type, message] of [["chat", null], ["form", null], ["banner", "Hello"]]) {
    const page = await open({ id: "odd", do: { type, title: 7, message, fields: [null, { label: 3 }, { name: "x", type: "select", options: [null, { label: "B" }] }], texts: "?", label: {} } });
    await page.getByRole("button", { name: "Close" }).click();
    assert.deepEqual(await names(page), ["shown", "dismissed", "done"]);
    await closePage(page);
  }
});

test("what would be an empty overlay is told of instead of shown", async () => {
  const page = await browser.open();
  const empty = {
    "no text": [{ type: "banner", text: "Hello", href: "#product" }, ["the banner `no text` knows no `text`: there are type, message, label, href, event, properties, email, consent, texts", "the banner `no text` is not shown: it needs a `message`"]],
    "blank": [{ type: "banner", message: " ", label: "Go", href: "#product" }, ["the banner `blank` is not shown: it needs a `message`"]],
    "no fields": [{ type: "form", title: "Tell us" }, ["the form `no fields` is not shown: it needs `fields`, a list of names or of { name, label, type, … }"]],
    "no good one": [{ type: "form", fields: [null, { label: "E-mail" }, 5] }, [
      "the form `no good one`: `fields[0]` is a name or { name, label, … }, not null, and is left out",
      'the form `no good one`: `fields[1]` is a name or { name, label, … }, not {"label":"E-mail"}, and is left out',
      "the form `no good one`: `fields[2]` is a name or { name, label, … }, not 5, and is left out",
      "the form `no good one` is not shown: it needs `fields`, a list of names or of { name, label, type, … }",
    ]],
  };
  for (const [id, [what, said]] of Object.entries(empty)) {
    page.warnings.length = 0;
    // Twice, and told of once.
    for (let time = 0; time < 2; time++) await page.evaluate((action) => { window.calls.length = 0; window.show(action); }, { id, do: what });
    await page.waitForTimeout(50);
    assert.equal(await page.locator("warmlead-overlay").count(), 0);
    assert.deepEqual(await calls(page), [["done"]], id);
    assert.deepEqual(page.warnings, said.map((line) => `warmlead: ${line}`));
  }
  await closePage(page);
});

test("a misspelt key of `do`, and a field of an unknown type, are told of, and the rest is shown", async () => {
  const odd = [
    [{ type: "chat", massage: "Hello", title: "Talk" }, ["the chat `odd` knows no `massage`: there are type, message, title, placeholder, reply, email, consent, texts"]],
    [{ type: "form", heading: "Talk", fields: [{ name: "mail", type: "mail", lable: "Mail" }] }, [
      "the form `odd` knows no `heading`: there are type, title, message, submit, thanks, fields, email, consent, texts",
      "the form `odd`: the field `mail` knows no `lable`: there are name, label, type, options, required, trait, autocomplete",
      "the form `odd`: the field `mail` is of no type `mail`: there are text, email, tel, number, select; it takes any text",
    ]],
    [{ type: "banner", message: "Hello", url: "/" }, ["the banner `odd` knows no `url`: there are type, message, label, href, event, properties, email, consent, texts"]],
  ];
  for (const [what, said] of odd) {
    const page = await open({ id: "odd", do: what });
    assert.deepEqual(page.warnings, said.map((line) => `warmlead: ${line}`));
    await closePage(page);
  }
  const page = await open(FORM);
  assert.deepEqual(page.warnings, [], "nothing to tell of");
  await closePage(page);
});

test("form: a name alone is a field, and the usual ones are known", async () => {
  const page = await open({ id: "short", do: { type: "form", title: "Short", fields: ["email", "phone", "first_name", { name: "wish", label: "Wish" }] } });
  assert.deepEqual(page.warnings, []);
  const fields = await page.evaluate(() => [...document.querySelector("warmlead-overlay").shadowRoot.querySelectorAll("input")].map((field) => `${field.labels[0].textContent}: ${field.type} ${field.autocomplete}`));
  assert.deepEqual(fields, ["E-mail (optional): email email", "Phone (optional): tel tel", "First name (optional): text given-name", "Wish (optional): text off"]);
  for (const [label, value] of [["E-mail (optional)", "ada@acme.example"], ["Phone (optional)", "1"], ["First name (optional)", "Ada"]]) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Send" }).click();
  assert.deepEqual((await calls(page)).find(([name]) => name === "track"), ["track", "form_submit", { form: "short", first_name: "Ada" }, { traits: { email: "ada@acme.example", phone: "1" } }]);
  await closePage(page);
});
