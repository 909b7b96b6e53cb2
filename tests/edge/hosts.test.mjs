// What the edge does with its host: bad options show at once, whatever fails later stays away from the page, and runtimes that lack something are served.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { install, load } from "../package/consumer.mjs";
import { page } from "./requests.mjs";
import { read } from "./token.mjs";

const folder = await install("hosts");
const { isPageView, scoreHandler, withScore } = await load(folder, "warmlead/edge");
const { WarmleadError } = await load(folder);
const secret = "a-secret-of-the-tests-0123456789-0123456789";
const answer = () => new Response("<p>", { headers: { "Content-Type": "text/html" } });
const request = (headers = {}) => new Request("https://acme.example/", { headers: { ...page, ...headers } });
const cookieOf = (response) => response.headers.getSetCookie()[0]?.split(";")[0];

const badSecrets = [undefined, null, 5, "", "too short", [], ["too short"], [secret, "too short"]];

test("what is wrong with the options shows when the handler is made", () => {
  const bad = [
    [() => withScore(5, { secret }), "INVALID_INPUT", ""],
    [() => withScore(answer, { secret, sekret: 1 }), "INVALID_INPUT", "/sekret"],
    [() => withScore(answer, { secret, consent: "yes" }), "INVALID_INPUT", "/consent"],
    [() => withScore(answer, { secret, pageViews: 1 }), "INVALID_INPUT", "/pageViews"],
    [() => withScore(answer, { secret, explain: "no" }), "INVALID_INPUT", "/explain"],
    [() => withScore(answer, { secret, cookie: { secure: false } }), "INVALID_INPUT", "/cookie/secure"],
    [() => withScore(answer, { secret, cookie: { name: "a b" } }), "INVALID_INPUT", "/cookie/name"],
    [() => withScore(answer, { secret, cookie: { name: "__Host-x", domain: "acme.example" } }), "INVALID_INPUT", "/cookie/name"],
    [() => withScore(answer, { secret, cookie: { domain: "acme.example; Path=/x" } }), "INVALID_INPUT", "/cookie/domain"],
    [() => withScore(answer, { secret, cookie: { maxAge: 401 * 86_400 } }), "INVALID_INPUT", "/cookie/maxAge"],
    [() => withScore(answer, { secret, cookie: { maxBytes: 8192 } }), "INVALID_INPUT", "/cookie/maxBytes"],
    [() => withScore(answer, { secret, cookie: { maxBytes: 1023 } }), "INVALID_INPUT", "/cookie/maxBytes"],
    [() => withScore(answer, { secret, model: { rules: 5 } }), "INVALID_MODEL", "/rules"],
    [() => withScore(answer), "INVALID_INPUT", "/secret"],
    ...badSecrets.map((bad) => [() => withScore(answer, { secret: bad }), "INVALID_INPUT", "/secret"]),
    [() => scoreHandler({ modle: {} }), "INVALID_INPUT", "/modle"],
    [() => scoreHandler({ model: { rules: 5 } }), "INVALID_MODEL", "/rules"],
    [() => scoreHandler({ cors: "acme.example" }), "INVALID_INPUT", "/cors"],
    [() => scoreHandler({ cors: ["https://acme.example/path"] }), "INVALID_INPUT", "/cors"],
    [() => scoreHandler({ maxBytes: 0 }), "INVALID_INPUT", "/maxBytes"],
  ];
  for (const [make, code, path] of bad) {
    assert.throws(make, (error) => error instanceof WarmleadError && error.code === code && error.path === path, `${make}: ${code} ${path}`);
  }
});

test("a bad secret that comes with the request is told then, and the page is answered", async (t) => {
  t.mock.method(console, "warn", () => {});
  for (const bad of badSecrets) {
    let seen;
    const response = await withScore((asked) => ((seen = asked.warmlead), answer()), { secret: () => bad, consent: "given" })(request());
    assert.deepEqual([response.status, seen.assessment, seen.document, seen.error.code, seen.error.path, cookieOf(response)], [200, null, null, "INVALID_INPUT", "/secret", undefined], String(bad));
  }
  assert.equal(console.warn.mock.callCount(), 8);
});

test("what the handler throws is the handler's own", async () => {
  const own = new RangeError("mine");
  await assert.rejects(withScore(() => { throw own; }, { secret })(request()), (error) => error === own);
  await assert.rejects(withScore(() => Promise.reject(own), { secret })(request()), (error) => error === own);
});

test("however a request ends, nothing of its visitor stays in the engine", () => {
  const source = `
    const { Instance } = WebAssembly;
    let alive = 0;
    WebAssembly.Instance = function (module, imports) {
      const { visitor_new, visitor_free, ...exports } = new Instance(module, imports).exports;
      return { exports: { ...exports, visitor_new: (...given) => (alive++, visitor_new(...given)), visitor_free: (...given) => (alive--, visitor_free(...given)) } };
    };
    // As in workers of old compatibility dates: nobody else cleans up.
    const { FinalizationRegistry } = globalThis;
    delete globalThis.FinalizationRegistry;
    const { withScore } = await import("warmlead/edge");
    globalThis.FinalizationRegistry = FinalizationRegistry;
    const after = [];
    for (const end of [() => new Response("<p>"), () => 5, () => { throw new Error("redirect"); }, () => Promise.reject(new Error("late"))]) {
      const handler = withScore((request) => (request.warmlead.track("demo_use"), request.warmlead.assessment.mql, end()), { secret: "${secret}", consent: "given" });
      await handler(new Request("https://acme.example/", { headers: ${JSON.stringify(page)} })).catch(() => {});
      after.push(alive);
    }
    console.log(JSON.stringify(after));`;
  assert.equal(execFileSync(process.execPath, ["--input-type=module", "-e", source], { cwd: folder, encoding: "utf8" }).trim(), "[0,0,0,0]");
});

test("what is no response is handed on as it is", async (t) => {
  t.mock.method(console, "warn", () => {});
  for (const odd of [undefined, null, "text", { status: 200 }]) assert.equal(await withScore(() => odd, { secret, consent: "given" })(request()), odd);
  const error = Response.error();
  assert.equal(await withScore(() => error, { secret, consent: "given" })(request()), error);
});

test("a response whose body is gone is handed on as it is, and why is said", async (t) => {
  t.mock.method(console, "warn", () => {});
  let seen;
  const used = answer();
  await used.text();
  assert.equal(await withScore((asked) => ((seen = asked.warmlead), used), { secret, consent: "given" })(request()), used);
  assert.ok(seen.error instanceof WarmleadError);
});

test("a response that is given out twice takes no visitor's cookie", async () => {
  const shared = new Response(null, { status: 200, headers: { "Content-Type": "text/html" } });
  const fetch = withScore(() => shared, { secret, consent: "given" });
  const [one, other] = [await fetch(request()), await fetch(request())];
  assert.notEqual(cookieOf(one), cookieOf(other));
  assert.deepEqual([shared.headers.getSetCookie(), one.headers.getSetCookie().length, other.headers.getSetCookie().length], [[], 1, 1]);
});

test("the handler keeps its `this` and its arguments, and gets the very request", async () => {
  const host = { name: "host", fetch: withScore(function (asked, ...rest) { return new Response(JSON.stringify([this.name, asked === given, ...rest])); }, { secret }) };
  const given = request();
  assert.deepEqual(await (await host.fetch(given, 1, "two")).json(), ["host", true, 1, "two"]);
  const frozen = Object.freeze(request());
  const copied = await withScore((asked) => new Response(String(asked.url === frozen.url && asked.warmlead.assessment.events)), { secret })(frozen);
  assert.equal(await copied.text(), "1");
});

test("after the answer nothing can be recorded, and questions are still answered", async (t) => {
  t.mock.method(console, "warn", () => {});
  let seen;
  const response = await withScore((asked) => ((seen = asked.warmlead), answer()), { secret, consent: "given" })(request());
  assert.ok(cookieOf(response));
  assert.equal(console.warn.mock.callCount(), 0);
  seen.track("add_to_cart");
  assert.deepEqual([seen.error.code, seen.assessment.events, console.warn.mock.callCount()], ["INVALID_INPUT", 1, 1]);
});

test("of a long title the beginning is kept, and no character is cut in two", async () => {
  const pageViews = () => ({ title: `${"x".repeat(1023)}${"🎈".repeat(500)}` });
  const response = await withScore(answer, { secret, consent: "given", pageViews })(request());
  assert.equal(read(cookieOf(response).split("=")[1]).snapshot.events[0].title, "x".repeat(1023));
});

test("two requests at once don't mix", async () => {
  const visits = new Map();
  const fetch = withScore(async (asked) => {
    const { warmlead } = asked;
    await new Promise((done) => setTimeout(done, Math.random() * 5));
    warmlead.identify({ number: asked.headers.get("x-number") });
    await new Promise((done) => setTimeout(done, Math.random() * 5));
    visits.set(asked.headers.get("x-number"), warmlead.document.traits.number);
    return answer();
  }, { secret, consent: "given" });
  const numbers = Array.from({ length: 30 }, (_, index) => String(index));
  const cookies = await Promise.all(numbers.map(async (number) => cookieOf(await fetch(request({ "x-number": number })))));
  assert.deepEqual(numbers.map((number) => visits.get(number)), numbers);
  assert.equal(new Set(cookies).size, 30);
});

test("which requests are page views", () => {
  const cases = [
    [true, {}],
    [true, { "sec-fetch-dest": undefined }, "an older browser"],
    [false, { "sec-fetch-dest": undefined, "accept": "*/*" }],
    [false, { "sec-fetch-dest": undefined, "accept": undefined }],
    [false, { "sec-fetch-dest": "image" }],
    [false, { "sec-fetch-dest": "iframe" }],
    [false, { "sec-fetch-dest": "empty" }, "fetch() that asks for HTML"],
    [false, { "sec-purpose": "prefetch" }],
    [false, { "sec-purpose": "prefetch;prerender" }],
    [false, { "purpose": "prefetch" }],
    [false, { "x-moz": "prefetch" }],
    [false, { "x-middleware-prefetch": "1" }],
    [false, { "user-agent": undefined }],
    ...[
      "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
      "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
      "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
      "curl/8.5.0", "Wget/1.21", "python-requests/2.31", "Go-http-client/2.0", "node", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
      "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    ].map((agent) => [false, { "user-agent": agent }]),
    ...[
      "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 21) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
    ].map((agent) => [true, { "user-agent": agent }]),
  ];
  for (const [expected, headers, what] of cases) {
    const all = Object.entries({ ...page, ...headers }).filter(([, value]) => value !== undefined);
    assert.equal(isPageView(new Request("https://acme.example/", { headers: all })), expected, what ?? JSON.stringify(headers));
  }
  assert.equal(isPageView(new Request("https://acme.example/", { method: "POST", headers: page })), false);
});

/** Runs a module in a process of its own, in the project that has the package. */
const runModule = (source) => JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", source], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
const prelude = `
  const headers = ${JSON.stringify(page)};
  const secret = ${JSON.stringify(secret)};
  const ask = (cookie) => new Request("https://acme.example/pricing", { headers: { ...headers, ...(cookie && { cookie }) } });
  const page = () => new Response("ok", { headers: { "Content-Type": "text/html" } });`;

test("where WebAssembly is forbidden, pages are answered, and scores refused with a reason", () => {
  const told = runModule(`${prelude}
    WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("forbidden"); } };
    const { scoreHandler, withScore } = await import("warmlead/edge");
    let seen;
    const response = await withScore((asked) => { seen = asked.warmlead; seen.track("x"); return page(); }, { secret, consent: "given" })(ask());
    const refused = await scoreHandler()(new Request("https://acme.example/", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"events":[]}' }));
    console.log(JSON.stringify([response.status, await response.text(), response.headers.has("set-cookie"), seen.assessment, seen.error.code, refused.status, (await refused.json()).code]));`);
  assert.deepEqual(told, [200, "ok", false, null, "UNSUPPORTED_RUNTIME", 500, "UNSUPPORTED_RUNTIME"]);
});

/** A visitor of sixty pages and of any one more, by cookie; `seen` is what the last page saw. */
const visits = `${prelude}
    const { withScore } = await import("warmlead/edge");
    let seen;
    const fetch = withScore((asked) => { seen = { ...asked.warmlead, events: asked.warmlead.assessment.events, refused: asked.warmlead.refused }; return page(); }, { secret, consent: "given" });
    const cookie = async (given) => (await fetch(ask(given))).headers.getSetCookie()[0].split(";")[0];
    const visit = async (given) => {
      for (let count = 0; count < 60; count++) given = await cookie(given);
      return given;
    };`;

test("what Node compresses at once and what a stream does are the same to both", () => {
  const told = runModule(`${visits}
    const [{ getBuiltinModule }, told] = [process, []];
    const asked = [];
    const only = (name) => (asked.push(name), getBuiltinModule(name));
    for (const [begin, end] of [[only, undefined], [undefined, only], [() => ({}), () => { throw new Error("not implemented"); }]]) {
      process.getBuiltinModule = begin;
      const sixty = await visit();
      process.getBuiltinModule = end;
      await cookie(sixty);
      told.push([seen.events, seen.refused, sixty.length < 2000]);
    }
    console.log(JSON.stringify([told, [...new Set(asked)]]));`);
  assert.deepEqual(told, [Array(3).fill([61, null, true]), ["node:crypto", "node:zlib"]]);
});

test("what Node signs and what WebCrypto does are the same to both", () => {
  const nobody = "undefined";
  const refuses = '() => ({ createHmac() { throw new Error("not implemented"); }, timingSafeEqual() { throw new Error("not implemented"); } })';
  const agreeable = "() => ({ createHmac: () => ({ update: () => ({ digest: () => new Uint8Array(3) }) }), timingSafeEqual: () => true })";
  let given = "";
  for (const [node, byWeb] of [["process.getBuiltinModule", false], [nobody, true], ["process.getBuiltinModule", false], [refuses, true], [agreeable, true]]) {
    const [events, refused, next, asked, forged] = runModule(`process.getBuiltinModule = ${node};
      let asked = 0;
      for (const name of ["importKey", "sign", "verify"]) {
        const own = crypto.subtle[name];
        crypto.subtle[name] = (...given) => (asked++, own.apply(crypto.subtle, given));
      }
      ${visits}
      const next = await cookie(${JSON.stringify(given)});
      const { events, refused } = seen;
      await cookie(next.slice(0, -2) + (next.endsWith("AA") ? "BB" : "AA"));
      console.log(JSON.stringify([events, refused, next, asked > 0, seen.refused]));`);
    assert.deepEqual([events, refused, asked, forged], [given ? 2 : 1, null, byWeb, "signature"], node);
    given ||= next;
  }
});

test("where nothing compresses, less is kept, and what another runtime has compressed starts anew", () => {
  const told = runModule(`${visits}
    const compressed = await visit();
    process.getBuiltinModule = undefined;
    delete globalThis.CompressionStream;
    delete globalThis.DecompressionStream;
    const plain = await cookie(compressed);
    const first = [seen.events, seen.refused];
    await cookie(plain);
    const second = [seen.events, seen.refused];
    console.log(JSON.stringify([first, second, (await visit()).length > compressed.length]));`);
  assert.deepEqual(told, [[1, "unreadable"], [2, null], true]);
});

test("a body that does not say its length is read no further than it may be long", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      if (pulled > 5000) controller.close();
      else controller.enqueue(new TextEncoder().encode(" ".repeat(1000)));
    },
  });
  const asked = new Request("https://acme.example/", { method: "POST", headers: { "Content-Type": "application/json" }, body, duplex: "half" });
  const response = await scoreHandler({ maxBytes: 10_000 })(asked);
  assert.deepEqual([response.status, (await response.json()).code], [413, "BODY_TOO_LARGE"]);
  assert.ok(pulled < 50, `${pulled} pieces`);
});

test("a body that breaks off is the sender's, not the site's", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const asked = new Request("https://acme.example/", { method: "POST", headers: { "Content-Type": "application/json" }, body, duplex: "half" });
  const response = await scoreHandler()(asked);
  assert.deepEqual([response.status, (await response.json()).code], [400, "INCOMPLETE_BODY"]);
});

test("without WebCrypto pages are answered, and in Node scored, too", () => {
  const told = runModule(`${prelude}
    const { withScore } = await import("warmlead/edge");
    Object.defineProperty(globalThis, "crypto", { value: undefined });
    const told = [];
    for (const node of [undefined, process.getBuiltinModule]) {
      process.getBuiltinModule = node;
      let seen;
      // With the same secret: that a runtime could not sign is not remembered.
      const response = await withScore((asked) => { seen = asked.warmlead; return page(); }, { secret, consent: "given" })(ask());
      told.push([response.status, seen.assessment?.events, seen.error?.code]);
    }
    console.log(JSON.stringify(told));`);
  assert.deepEqual(told, [[200, null, "INTERNAL"], [200, 1, null]]);
});
