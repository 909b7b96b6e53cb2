// scoreHandler, in Node and in workerd: what it answers, and what it says to a request that it can't answer.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { runtimes } from "./runtimes.mjs";

const now = Date.UTC(2026, 0, 21, 12);
const events = [
  { type: "page_view", time: now - 5000, url: "/pricing" },
  { type: "add_to_cart", time: now - 4000 },
  { type: "add_to_cart" },
];
const type = { "content-type": "application/json" };

for (const { name, fetch, end } of await runtimes("score")) {
  after(end);
  const it = (what, work) => test(`${name}: ${what}`, work);
  const ask = async (body, { site = "score", ...init } = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const headers = { ...type, "x-site": site, ...init.headers };
    const response = await fetch("https://acme.example/score", { method: "POST", ...(init.method !== "GET" && init.method !== "OPTIONS" && { body: text }), ...init, headers });
    const answered = await response.text();
    return { status: response.status, headers: response.headers, body: answered && JSON.parse(answered) };
  };

  it("events come back as their assessment, and those that were refused are named", async () => {
    const { status, headers, body } = await ask({ events, visitor: "v-1", traits: { email: "a@b.example" }, now, explain: true });
    assert.deepEqual([status, headers.get("content-type"), headers.get("cache-control")], [200, "application/json", "no-store"]);
    assert.deepEqual([body.visitor, body.at, body.events, body.scores.engagement.value, body.stage], ["v-1", now, 2, 16, "mql"]);
    assert.deepEqual(body.rejected.map(({ index, code }) => [index, code]), [[2, "INVALID_TIME"]]);
    assert.equal(body.receipt.engagement.reduce((sum, { points }) => sum + points, 0), 16);
  });

  it("everything but the events may be left out, or null", async () => {
    const { status, body } = await ask({ events: [], visitor: null, traits: null, now: null, explain: null });
    assert.deepEqual([status, body.visitor, body.events], [200, "anonymous", 0]);
    assert.ok(Math.abs(body.at - Date.now()) < 60_000);
    assert.equal((await ask({ events: [], now: "2026-01-21T12:00:00Z" })).body.at, now);
  });

  it("a time ten years ahead may be asked about, a later one not, however it is written", async () => {
    const [near, far] = [3_649, 3_651].map((days) => Date.now() + days * 86_400_000);
    for (const [soon, late] of [[near, far], [near, 8.64e15], [new Date(near).toISOString(), new Date(far).toISOString()]]) {
      assert.equal((await ask({ events, now: soon })).status, 200);
      const { status, body } = await ask({ events: [{ type: "page_view", time: 0 }], now: late });
      assert.deepEqual([status, body.code, body.path], [400, "INVALID_INPUT", "/now"], String(late));
      assert.match(body.message, /ten years/);
    }
  });

  it("JSON may be called by its family names", async () => {
    for (const given of ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.acme+json"]) {
      assert.equal((await ask({ events: [] }, { headers: { "content-type": given } })).status, 200, given);
    }
  });

  const refused = {
    "no JSON": ["{", {}, 400, "INVALID_JSON", ""],
    "no UTF-8": [new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "INVALID_UTF8", ""],
    "nothing at all": ["", {}, 400, "INVALID_JSON", ""],
    "a list": ["[]", {}, 400, "INVALID_INPUT", ""],
    "null": ["null", {}, 400, "INVALID_INPUT", ""],
    "no events": ["{}", {}, 400, "INVALID_INPUT", "/events"],
    "events that are no list": [`{"events":{}}`, {}, 400, "INVALID_INPUT", "/events"],
    "a misspelt key": [`{"events":[],"visiter":"v"}`, {}, 400, "INVALID_INPUT", "/visiter"],
    "a model of its own": [`{"events":[],"model":{}}`, {}, 400, "INVALID_INPUT", "/model"],
    "a bad visitor": [`{"events":[],"visitor":5}`, {}, 400, "INVALID_INPUT", "/visitor"],
    "bad traits": [`{"events":[],"traits":[]}`, {}, 400, "INVALID_INPUT", "/traits"],
    "a bad time": [`{"events":[],"now":"tomorrow"}`, {}, 400, "INVALID_INPUT", "/now"],
    "a bad flag": [`{"events":[],"explain":"yes"}`, {}, 400, "INVALID_INPUT", "/explain"],
    "plain text": ["{}", { headers: { "content-type": "text/plain" } }, 415, "UNSUPPORTED_TYPE", ""],
    "a form": ["a=b", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "UNSUPPORTED_TYPE", ""],
    "JSON in name only": ["{}", { headers: { "content-type": "application/jsonp" } }, 415, "UNSUPPORTED_TYPE", ""],
    "compressed JSON": ["{}", { headers: { "content-encoding": "gzip" } }, 415, "ENCODED_BODY", ""],
    "too much": [JSON.stringify({ events: [{ noise: "x".repeat(10_000) }] }), {}, 413, "BODY_TOO_LARGE", ""],
    "PUT": ["{}", { method: "PUT" }, 405, "WRONG_METHOD", ""],
    "GET": ["", { method: "GET" }, 405, "WRONG_METHOD", ""],
    "a preflight where no other site may ask": ["", { method: "OPTIONS" }, 405, "WRONG_METHOD", ""],
  };
  for (const [what, [body, init, status, code, path]] of Object.entries(refused)) {
    it(`${what} is answered with ${status} and ${code}`, async () => {
      const answer = body instanceof Uint8Array ? await ask("", { ...init, body }) : await ask(body, init);
      assert.deepEqual([answer.status, answer.body.code, answer.body.path], [status, code, path]);
      assert.deepEqual(Object.keys(answer.body), ["code", "path", "message"]);
      assert.ok(answer.body.message.length > 10);
      assert.equal(answer.headers.get("allow"), status === 405 ? "POST" : null);
      assert.equal(answer.headers.get("cache-control"), "no-store");
    });
  }

  it("a body that is exactly as long as it may be is read, one byte more is not", async () => {
    const of = (length) => JSON.stringify({ events: [], visitor: "x".repeat(length - 28) }).padEnd(length);
    assert.deepEqual([of(10_000).length, (await ask(of(10_000))).status, (await ask(of(10_001))).status], [10_000, 200, 413]);
  });

  it("other sites' pages may ask if they are named", async () => {
    const from = (site, origin, method = "POST") => ask({ events: [] }, { site, method, headers: { origin } });
    const named = await from("scoreShared", "https://blog.acme.example");
    assert.deepEqual([named.status, named.headers.get("access-control-allow-origin"), named.headers.get("vary")], [200, "https://blog.acme.example", "Origin"]);
    const stranger = await from("scoreShared", "https://other.example");
    assert.deepEqual([stranger.headers.get("access-control-allow-origin"), stranger.headers.get("vary")], [null, "Origin"]);
    assert.equal((await from("scoreOpen", "https://other.example")).headers.get("access-control-allow-origin"), "*");
    assert.equal((await from("score", "https://acme.example")).headers.get("access-control-allow-origin"), null);
    const asked = await from("scoreShared", "https://blog.acme.example", "OPTIONS");
    const { headers } = asked;
    assert.deepEqual([asked.status, headers.get("access-control-allow-origin"), headers.get("access-control-allow-methods"), headers.get("access-control-allow-headers")], [204, "https://blog.acme.example", "POST", "Content-Type"]);
    const wrong = await from("scoreShared", "https://blog.acme.example", "PUT");
    assert.deepEqual([wrong.status, wrong.headers.get("allow"), wrong.headers.get("access-control-allow-origin")], [405, "POST, OPTIONS", "https://blog.acme.example"]);
  });
}
