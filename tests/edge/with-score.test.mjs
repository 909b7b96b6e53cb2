// withScore, in Node and in workerd: what it keeps of a visitor, what it believes of what comes back, and that a page never pays.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ofVersion } from "../support/snapshot.mjs";
import { Browser } from "./browser.mjs";
import { runtimes } from "./runtimes.mjs";
import { forge, read, sign } from "./token.mjs";

const [secret] = ["first-secret-of-the-tests-0123456789"];
const engagement = ({ assessment }) => assessment.scores.engagement.value;

for (const { name, fetch, end } of await runtimes("edge")) {
  after(end);
  const browser = (site) => new Browser(fetch, site);
  const it = (what, work) => test(`${name}: ${what}`, work);

  it("a visit adds up over requests, and the handler sees the page that it answers", async () => {
    const visitor = browser("given");
    const first = await visitor.open("/?utm_source=letter", { headers: { referer: "https://www.google.com/" }, document: true });
    assert.deepEqual([engagement(first.seen), first.seen.assessment.events, first.seen.assessment.stage], [1, 1, "visitor"]);
    assert.equal(first.seen.document.session.source, "letter");
    const second = await visitor.open("/pricing", { calls: [["track", "add_to_cart", { value: 3 }], ["identify", { email: "ada@example.org" }]] });
    assert.deepEqual([engagement(second.seen), second.seen.assessment.events, second.seen.assessment.stage, second.seen.assessment.mql], [17, 4, "mql", true]);
    assert.equal(second.seen.id, first.seen.id);
    const { snapshot } = read(visitor.token);
    const [page, ...more] = snapshot.events;
    assert.deepEqual({ ...page, id: 0, time: 0 }, { id: 0, type: "page_view", time: 0, url: "https://acme.example/?utm_source=letter", referrer: "https://www.google.com/" });
    assert.deepEqual(more.map(({ type }) => type), ["page_view", "add_to_cart", "identify"]);
    assert.match(page.id, /^[0-9a-f-]{36}$/);
    assert.equal("referrer" in more[0], false);
  });

  it("the cookie is first-party, out of reach of scripts, signed, and binds visitor, version and expiry", async () => {
    const visitor = browser("given");
    const { set, seen } = await visitor.open();
    assert.equal(set.length, 1);
    const [pair, ...attributes] = set[0].split("; ");
    assert.deepEqual(attributes.sort(), ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax", "Secure"]);
    assert.match(pair, /^__Host-warmlead=[\w-]+$/);
    const { version, id, expires, signature, signed, snapshot } = read(visitor.token);
    assert.deepEqual([version, id, snapshot.visitor], [1, seen.id, seen.id]);
    assert.ok(Math.abs(expires - Date.now() / 1000 - 15552000) < 60);
    assert.deepEqual(signature, sign(signed, secret));
  });

  it("what is short is kept as it is, what is long compressed", async () => {
    const visitor = browser("given");
    await visitor.open();
    assert.deepEqual(read(visitor.token).flags, 0);
    const calls = Array.from({ length: 40 }, (_, number) => ["track", "watch_video", { title: `Part ${number} of the tour` }]);
    await visitor.open("/tour", { calls });
    const { flags, kept, snapshot } = read(visitor.token);
    assert.deepEqual([flags, kept.length > 1024, snapshot.events.length], [1, true, 42]);
    assert.equal((await visitor.open()).seen.assessment.events, 43);
  });

  it("the answer is the handler's own, with the cookie added", async () => {
    const { response, set } = await browser("given").open("/", { answer: "cookies" });
    assert.deepEqual(set.slice(0, 2), ["own=1; Path=/", "other=2"]);
    assert.equal(set.length, 3);
    const plain = await browser("given").open("/");
    assert.deepEqual([plain.response.status, plain.response.headers.get("x-own"), plain.response.headers.get("content-type")], [200, "kept", "text/html; charset=utf-8"]);
    assert.equal(plain.seen.rest, 2);
    assert.equal(response.status, 200);
  });

  it("a personal answer is kept out of shared caches", async () => {
    const cache = async (answer) => (await browser("ask").open("/", { answer })).response.headers;
    assert.equal((await cache("page")).get("cache-control"), "private, no-cache");
    const told = await cache("cached");
    assert.deepEqual([told.get("cache-control"), told.get("cdn-cache-control")], ["private, max-age=60", null]);
    const blind = await browser("ask").open("/", { answer: "cached", blind: true });
    assert.equal(blind.response.headers.get("cache-control"), "public, max-age=60, s-maxage=600", "nobody looked, and no cookie is set: it is the same for all");
    const kept = await browser("given").open("/", { answer: "cached", blind: true });
    assert.deepEqual([kept.set.length, kept.response.headers.get("cache-control")], [1, "private, max-age=60"]);
  });

  const unbelieved = {
    "one bit changed in the signature": (token) => [token.slice(0, -3) + (token.at(-3) === "A" ? "B" : "A") + token.slice(-2), "signature"],
    "one bit changed in what is signed": (token) => [`${token.slice(0, 60)}${token[60] === "A" ? "B" : "A"}${token.slice(61)}`, "signature"],
    "cut short": (token) => [token.slice(0, 200), "signature"],
    "cut to almost nothing": (token) => [token.slice(0, 20), "malformed"],
    "emptied": () => ["", "malformed"],
    "no base64url": (token) => [`${token}*`, "malformed"],
    "spelt otherwise": (token) => [`${token}=`, "malformed"],
    "something else": () => ["hello", "malformed"],
    "longer than a cookie can be": (token) => [token + "A".repeat(5000), "signature", "malformed"],
    "too old": (token) => [forge(token, { expires: Math.floor(Date.now() / 1000) - 1 }, secret), "expired"],
    "expiring now": (token) => [forge(token, { expires: Math.floor(Date.now() / 1000) }, secret), "expired"],
    "of a later version": (token) => [forge(token, { version: 2 }, secret), "version"],
    "signed by a stranger": (token) => [forge(token, {}, "a-stranger's-secret-0123456789-0123456789"), "signature"],
    "signed for another cookie": (token) => [Buffer.concat([read(token).signed, sign(read(token).signed, secret, "lead")]).toString("base64url"), "signature"],
    "signed, of another snapshot version": (token) => [forge(token, { kept: ofVersion(read(token).kept, 99) }, secret), "unreadable"],
    "signed, without a snapshot": (token) => [forge(token, { flags: 0, body: Buffer.from("no snapshot") }, secret), "unreadable"],
    "signed, badly compressed": (token) => [forge(token, { flags: 1, body: Buffer.from("not deflated") }, secret), "unreadable"],
    "signed, with lengths beyond its end": (token) => [forge(token, { flags: 0, id: "x".repeat(255), body: Buffer.alloc(0) }, secret), "unreadable"],
  };
  for (const [what, change] of Object.entries(unbelieved)) {
    it(`a cookie that is ${what} is not believed, and the visitor starts anew`, async () => {
      const visitor = browser("given");
      const before = await visitor.open("/pricing");
      const [token, ...reasons] = change(visitor.token);
      visitor.token = token;
      const { seen, set, response } = await visitor.open("/");
      assert.ok(reasons.includes(seen.refused), `${seen.refused} instead of ${reasons}`);
      assert.deepEqual([response.status, seen.error, seen.assessment.events, engagement(seen)], [200, null, 1, 1]);
      assert.notEqual(seen.id, before.seen.id);
      assert.equal(set.length, 1);
      assert.equal((await visitor.open("/")).seen.assessment.events, 2, "and goes on from there");
    });
  }

  it("of several cookies of the name the one that is ours counts", async () => {
    const visitor = browser("given");
    const { seen } = await visitor.open();
    const own = visitor.token;
    for (const header of [`__Host-warmlead=bad; __Host-warmlead=${own}`, `x=1; __Host-warmlead=${own}; __Host-warmlead=; y`, `a; =; __Host-warmlead-not=1;__Host-warmlead=${own}`]) {
      const again = await browser("given").open("/", { headers: { cookie: header } });
      assert.deepEqual([again.seen.id, again.seen.refused], [seen.id, null], header);
    }
  });

  it("secrets rotate: the first signs, all are believed", async () => {
    const visitor = browser("given");
    const { seen } = await visitor.open();
    const old = visitor.token;
    const rotated = browser("rotated");
    rotated.token = old;
    const again = await rotated.open();
    assert.deepEqual([again.seen.id, again.seen.refused, again.seen.assessment.events], [seen.id, null, 2]);
    const { signed, signature } = read(rotated.token);
    assert.deepEqual(signature, sign(signed, "a-newer-secret-of-the-tests-0123456789"));
    const stranger = browser("stranger");
    stranger.token = old;
    assert.equal((await stranger.open()).seen.refused, "signature");
    assert.equal((await browser("env").open()).seen.error, null, "a secret may come with the request");
  });

  it("a cookie has the name that the site gives it", async () => {
    const visitor = browser("renamed");
    const { set, seen } = await visitor.open();
    assert.match(set[0], /^lead=/);
    visitor.token = "nobody looks";
    assert.deepEqual((await visitor.open()).seen.id, seen.id);
    const other = browser("given");
    other.token = visitor.cookies.get("lead");
    assert.equal((await other.open()).seen.refused, "signature", "under another name it is nothing");
  });

  it("an expired cookie is not believed, should a browser send it", async () => {
    const visitor = browser("brief");
    await visitor.open();
    await new Promise((done) => setTimeout(done, 1100));
    assert.equal((await visitor.open()).seen.refused, "expired");
  });

  it("the cookie never grows beyond 4 KiB: the oldest detail goes first, and the assessment says so", async () => {
    const visitor = browser("given");
    await visitor.open("/", { calls: [["identify", { email: "ada@example.org" }], ["track", "action_dismissed", { action: "chat" }]] });
    const { events: [first, identified, dismissed] } = read(visitor.token).snapshot;
    let known;
    let forgetting = false;
    for (let count = 0; count < 12; count++) {
      const calls = Array.from({ length: 15 }, (_, index) => ["track", "scroll", { count, index, noise: Math.random() }]);
      const { seen, set } = await visitor.open(`/page-${count}`, { calls });
      const size = Buffer.byteLength(set[0]);
      known = seen.assessment;
      // No more is forgotten than need be, and a reserve of a twelfth.
      forgetting = read(visitor.token).snapshot.forgotten !== undefined;
      assert.ok(size <= 4096 && (!forgetting || size > 3650), `${size} bytes`);
      const made = 3 + (count + 1) * 16;
      assert.equal(known.events + (known.forgotten?.events ?? 0), made, "kept or counted as forgotten");
    }
    const { snapshot } = read(visitor.token);
    assert.ok(forgetting);
    const ids = snapshot.events.map(({ id }) => id);
    assert.deepEqual([ids.includes(first.id), ids.includes(identified.id), ids.includes(dismissed.id)], [false, true, true]);
    const { forgotten } = snapshot;
    const details = snapshot.events.filter(({ id }) => ![identified.id, dismissed.id].includes(id));
    assert.ok(details.every(({ time }) => time >= forgotten.until), "everything after `until` is there");
    const { seen } = await visitor.open("/last");
    assert.deepEqual(seen.assessment.forgotten, forgotten);
    assert.deepEqual([seen.assessment.stage, seen.assessment.show], ["mql", []], "who it is, and what was dismissed, is remembered");
  });

  it("a site may ask for a smaller cookie, and share it between hosts", async () => {
    const visitor = browser("small");
    const calls = Array.from({ length: 30 }, (_, index) => ["track", "scroll", { index, noise: Math.random() }]);
    const { set } = await visitor.open("/", { calls });
    assert.ok(set[0].length <= 1024 && set[0].length > 900, `${set[0].length} bytes`);
    // wrangler rewrites the domain for the address at which it serves.
    assert.match(set[0].replace("127.0.0.1", "acme.example"), /^__Secure-warmlead=[\w-]+; Max-Age=15552000; Path=\/; Domain=acme\.example; HttpOnly; Secure; SameSite=Lax$/);
  });

  /** So many characters that hardly compress. */
  const noise = (length) => Array.from({ length: length / 4 }, () => Math.random().toString(36).slice(2, 6).padEnd(4, "0")).join("");

  it("an event larger than the cookie is scored now, and then forgotten", async () => {
    const visitor = browser("given");
    const { seen } = await visitor.open("/", { calls: [["track", "add_to_cart", { noise: noise(12_000) }]] });
    assert.equal(engagement(seen), 6);
    const { seen: later } = await visitor.open("/");
    assert.deepEqual([later.error, later.id, later.assessment.events, later.assessment.forgotten.events], [null, seen.id, 2, 1], "it alone: the page views are there");
  });

  it("a link as long as can be, or a referrer, pushes nothing out of the cookie", async () => {
    const visitor = browser("given");
    for (let count = 0; count < 12; count++) await visitor.open(`/product/${count}`);
    await visitor.open("/account", { calls: [["identify", { email: "ada@example.org" }]] });
    const before = read(visitor.token).snapshot.events.map(({ id }) => id);
    const links = [`/?x=${noise(4000)}`, `/${noise(4000)}`];
    for (const link of links) {
      const { seen } = await visitor.open(link, { headers: { referer: `https://other.example/${noise(4000)}` }, calls: [["track", "add_to_cart"]] });
      assert.equal(seen.error, null);
    }
    const { seen } = await visitor.open("/pricing");
    const { events, forgotten } = read(visitor.token).snapshot;
    assert.deepEqual([before.filter((id) => !events.some((event) => event.id === id)), forgotten, seen.assessment.events], [[], undefined, 19]);
    assert.ok(events.every(({ url, referrer = "" }) => url.length <= 1024 && referrer.length <= 1024));
  });

  it("when the cookie is full, long addresses go before anything older", async () => {
    const visitor = browser("given");
    const calls = Array.from({ length: 15 }, (_, index) => ["track", "scroll", { index, noise: noise(16) }]);
    const known = () => read(visitor.token).snapshot;
    do await visitor.open("/", { calls });
    while (!known().forgotten);
    for (let count = 0; count < 3; count++) {
      const before = known();
      const { seen } = await visitor.open(`/${noise(4000)}`, { headers: { referer: `https://other.example/${noise(4000)}` } });
      assert.equal(seen.assessment.events, before.events.length + 1, "scored, as anything");
      const lost = known().forgotten.events - before.forgotten.events;
      assert.ok(lost <= before.events.length / 3, `${lost} of ${before.events.length} were forgotten`);
      assert.ok(known().events.at(-1).url.startsWith("https://acme.example/"), "and kept");
    }
  });

  it("of a long address the parameters stay for which there is room, and no escape is cut in two", async () => {
    const kept = async (path, calls) => {
      const visitor = browser("given");
      const { seen } = await visitor.open(path, { calls, document: true });
      return { ...read(visitor.token).snapshot.events.at(-1), session: seen.document.session };
    };
    const { url, session } = await kept(`/offer?utm_source=letter&x=${noise(4000)}&gclid=abc&y=${noise(4000)}`);
    assert.deepEqual([url, session.source], ["https://acme.example/offer?utm_source=letter&gclid=abc", "letter"]);
    assert.match((await kept(`/${"%E2%82%AC".repeat(500)}`)).url, /^https:\/\/acme\.example\/(%[0-9A-F]{2}){334}$/);
    const short = `/?x=${noise(1000)}`;
    assert.equal((await kept(short)).url, `https://acme.example${short}`);
  });

  it("without consent nothing is stored, and each request stands for itself", async () => {
    const visitor = browser("ask");
    const first = await visitor.open("/pricing", { calls: [["track", "add_to_cart"]] });
    const second = await visitor.open("/");
    assert.deepEqual([first.set, second.set], [[], []]);
    assert.deepEqual([engagement(first.seen), engagement(second.seen)], [16, 1]);
    assert.deepEqual([first.seen.consentGiven, first.seen.error], [null, null]);
    assert.notEqual(first.seen.id, second.seen.id);
  });

  it("consent that is given keeps this request and those that follow", async () => {
    const visitor = browser("ask");
    const { seen, set } = await visitor.open("/pricing", { calls: [["consent", { analytics: true, marketing: false }]] });
    assert.deepEqual([set.length, seen.consentGiven, engagement(seen)], [1, true, 11]);
    const next = await visitor.open("/", { document: true });
    assert.deepEqual([next.seen.consentGiven, next.seen.id, engagement(next.seen)], [true, seen.id, 12]);
    assert.deepEqual(next.seen.document.consent, { analytics: true, marketing: false });
  });

  it("consent that is withdrawn removes the cookie and the name", async () => {
    const visitor = browser("ask");
    const { seen } = await visitor.open("/pricing", { calls: [["consent", { analytics: true }]] });
    const refused = await visitor.open("/", { calls: [["consent", { analytics: false }]] });
    assert.match(refused.set[0], /^__Host-warmlead=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.deepEqual([refused.seen.consentGiven, engagement(refused.seen)], [false, 1]);
    assert.notEqual(refused.seen.id, seen.id);
    assert.deepEqual([visitor.token, (await visitor.open("/")).set], [undefined, []]);
  });

  it("what is no choice is no refusal: it changes nothing", async () => {
    const visitor = browser("ask");
    const { seen } = await visitor.open("/pricing", { calls: [["consent", { analytics: true }]] });
    for (const given of [true, "all", null, { analytics: "yes" }]) {
      const next = await visitor.open("/", { calls: [["consent", given]] });
      assert.deepEqual([next.seen.consentGiven, next.seen.id], [true, seen.id], JSON.stringify(given));
    }
  });

  it("what happened under a refusal is never kept, even if the visitor agrees later", async () => {
    const visitor = browser("ask");
    await visitor.open("/pricing", { calls: [["consent", { analytics: false }], ["track", "add_to_cart"], ["consent", { analytics: true }], ["track", "scroll"]] });
    assert.deepEqual(read(visitor.token).snapshot.events.map(({ type }) => type), ["consent", "scroll"]);
  });

  it("a site with a consent manager has the last word on each request", async () => {
    const visitor = browser("agreed");
    assert.deepEqual((await visitor.open("/")).set, []);
    visitor.cookies.set("agreed", "yes");
    const { seen } = await visitor.open("/pricing");
    assert.equal((await visitor.open("/")).seen.id, seen.id);
    visitor.cookies.set("agreed", "no");
    const without = await visitor.open("/");
    assert.match(without.set[0], /^__Host-warmlead=; Max-Age=0/);
    assert.deepEqual([without.seen.consentGiven, engagement(without.seen)], [false, 1], "a cookie without consent is not read");
    assert.deepEqual((await visitor.open("/")).set, [], "and removed once");
  });

  it("a choice by purpose is recorded when it changes, and actions heed it", async () => {
    const visitor = browser("purposes");
    const shown = ({ seen }) => seen.assessment.show.map(({ id }) => id);
    visitor.cookies.set("purposes", '{"analytics":true}');
    assert.deepEqual(shown(await visitor.open("/")), []);
    await visitor.open("/");
    visitor.cookies.set("purposes", '{"marketing":true,"analytics":true}');
    assert.deepEqual(shown(await visitor.open("/")), ["offer"]);
    visitor.cookies.set("purposes", '{"analytics":true,"marketing":true}');
    assert.deepEqual(shown(await visitor.open("/")), ["offer"]);
    assert.deepEqual(read(visitor.token).snapshot.events.map(({ type }) => type).sort(), ["consent", "consent", "page_view", "page_view", "page_view", "page_view"]);
    visitor.cookies.set("purposes", '{"analytics":false}');
    const refused = await visitor.open("/");
    assert.deepEqual([visitor.token, refused.seen.consentGiven], [undefined, false]);
  });

  it("Global Privacy Control refuses marketing unless it was agreed to by name", async () => {
    const headers = { "sec-gpc": "1" };
    const recorded = async (choice) => (await browser("ask").open("/", { headers, document: true, calls: [["consent", choice]] })).seen.document.consent;
    assert.deepEqual(await recorded({ analytics: true }), { analytics: true, marketing: false });
    assert.deepEqual(await recorded({ analytics: true, marketing: true }), { analytics: true, marketing: true });
  });

  it("a consent that can't be had keeps nothing, removes nothing, and says so", async () => {
    const visitor = browser("unsure");
    visitor.token = "whatever";
    const { seen, set, response } = await visitor.open("/");
    assert.deepEqual([response.status, set, seen.assessment, seen.error], [200, [], null, { code: "INTERNAL", path: "", typed: true }]);
  });

  it("a visitor who is forgotten is another one, with consent if the site needs none", async () => {
    const given = browser("given");
    const { seen } = await given.open("/pricing");
    const gone = await given.open("/", { calls: [["forget"]] });
    assert.match(gone.set[0], /Max-Age=0/);
    assert.deepEqual([gone.seen.assessment.events, gone.seen.consentGiven, given.token], [0, true, undefined]);
    assert.notEqual(gone.seen.id, seen.id);
    const ask = browser("ask");
    await ask.open("/", { calls: [["consent", { analytics: true }]] });
    assert.deepEqual((await ask.open("/", { calls: [["forget"], ["track", "scroll"]] })).seen.consentGiven, null);
    assert.equal(ask.token, undefined);
  });

  const uncounted = {
    "an image": [{ headers: { "sec-fetch-dest": "image" } }],
    "data": [{ headers: { "sec-fetch-dest": "empty", "accept": "*/*" } }],
    "a frame": [{ headers: { "sec-fetch-dest": "iframe" } }],
    "a form that is sent": [{ method: "POST", body: "a=b" }],
    "a look at the headers": [{ method: "HEAD" }],
    "a prefetch": [{ headers: { "sec-purpose": "prefetch;prerender" } }],
    "a robot": [{ headers: { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" } }],
    "a redirect": [{ answer: "redirect" }],
    "an answer that is data": [{ answer: "data" }],
    "an error": [{ answer: "missing" }],
    "an answer without content": [{ answer: "nothing" }],
  };
  for (const [what, [init]] of Object.entries(uncounted)) {
    it(`${what} is no page view, and sets no cookie`, async () => {
      const visitor = browser("given");
      const { set } = await visitor.open("/", init);
      assert.deepEqual(set, []);
      await visitor.open("/pricing");
      const token = visitor.token;
      await visitor.open("/", init);
      assert.equal(visitor.token, token);
      const tracked = await visitor.open("/", { ...init, calls: [["track", "add_to_cart"]] });
      assert.equal(tracked.set.length, 1, "what is tracked is kept all the same");
      assert.deepEqual(read(visitor.token).snapshot.events.map(({ type }) => type), ["page_view", "add_to_cart"]);
    });
  }

  it("a page that the browser has already is a page view", async () => {
    assert.equal((await browser("given").open("/", { answer: "unchanged" })).set.length, 1);
  });

  it("a site decides itself which requests are page views, and what they are", async () => {
    assert.equal((await browser("silent").open("/pricing")).seen.assessment.events, 0);
    const titled = browser("titled");
    const { seen } = await titled.open("/");
    assert.equal(engagement(seen), 11);
    assert.equal(read(titled.token).snapshot.events[0].title, "Shop");
    assert.equal((await titled.open("/", { headers: { "sec-fetch-dest": "script" } })).seen.assessment.events, 1);
  });

  it("receipts come where they are wanted", async () => {
    assert.equal((await browser("given").open()).seen.assessment.receipt, undefined);
    assert.deepEqual((await browser("explained").open()).seen.assessment.receipt.engagement[0], { rule: "view", group: null, matches: 1, counted: 1, points: 1 });
  });

  it("without a secret the page is answered, without an assessment, and says why", async () => {
    const visitor = browser("unsigned");
    const { response, seen, set } = await visitor.open("/", { calls: [["track", "x"], ["consent", { a: true }], ["forget"], ["identify", {}]] });
    assert.deepEqual([response.status, seen.assessment, seen.error, set], [200, null, { code: "INVALID_INPUT", path: "/secret", typed: true }, []]);
  });

  it("what can't be recorded is told, and harms nothing beside it", async () => {
    const { seen, set } = await browser("given").open("/pricing", { calls: [["track", ""], ["track", 5], ["track", "add_to_cart"], ["track", "x", null, { url: 5 }]] });
    assert.deepEqual([engagement(seen), seen.error.code, set.length], [16, "INVALID_TYPE", 1]);
  });

  it("an answer that can't take a cookie goes out as it is", async () => {
    const { response, set } = await browser("given").open("/", { answer: "read" }).catch(() => ({ response: { status: 500 }, set: [] }));
    assert.deepEqual([response.status, set], [500, []], "its body was read by the handler: nobody can send it");
  });
}
