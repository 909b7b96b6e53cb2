// warmlead/check: what is wrong in words, what is hardly meant, what a new model changes. What each warning means, tests/vectors/warnings.json says.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const folder = await install("check");
const { check, checkCondition, checkEvents, diff, schema, WarmleadError } = await load(folder, "warmlead/check");

test("a good model is fine, and loses nothing by being looked at", () => {
  const before = structuredClone(model);
  assert.deepEqual(check(model), { ok: true, problems: [], warnings: [] });
  assert.deepEqual(model, before);
});

test("everything that is wrong is said at once, with what would be right", () => {
  const { ok, problems, warnings } = check({ ...model, rules: [{ id: "a", on: "x", ponits: 1 }], mql: "nowhere" });
  assert.deepEqual([ok, warnings], [false, []]);
  const found = problems.map(({ code, path, hint }) => [code, path, hint]);
  assert.deepEqual(found.slice(0, 2), [["UNKNOWN_KEY", "/rules/0/ponits", "did you mean `points`?"], ["MISSING_KEY", "/rules/0", undefined]]);
  assert.match(problems[0].message, /^unknown key `ponits`; a rule has `id`, /);
  assert.match(problems[1].message, /^`points` is missing/);
  assert.ok(problems.some(({ code, path }) => code === "UNDEFINED_STAGE" && path === "/mql"));
});

test("what is allowed and hardly meant is a warning", () => {
  const unreachable = {
    id: "m", version: "1", scores: { engagement: { groups: { content: { max: 40 } } } },
    rules: [{ id: "ebook", on: "file_download", points: 8, group: "content" }, { id: "demo", on: "demo_use", points: 5, limit: { times: 1 } }],
    stages: [{ id: "mql", when: { "scores.engagement": { $gte: 50 } } }], mql: "mql",
  };
  const { ok, warnings } = check(unreachable);
  assert.ok(ok);
  assert.deepEqual(warnings.map(({ code, path }) => [code, path]), [["UNREACHABLE_MQL", "/stages/0/when"]]);
  assert.match(warnings[0].message, /^at most 45 of the 50 points of `engagement`/);
});

test("what is no model at all is said, too", () => {
  const cyclic = {};
  cyclic.self = cyclic;
  const throwing = { get id() { throw new Error("no id today"); } };
  for (const [given, message] of [[null, /expected a scoring model, found null/], [7, /a number/], [{ id: 1n }, /BigInt/], [cyclic, /contains itself/], [throwing, /no id today/]]) {
    const { ok, problems } = check(given);
    assert.equal(ok, false);
    assert.match(problems[0].message, message);
  }
});

test("conditions", () => {
  assert.deepEqual(checkCondition({ path: { $glob: "/pricing*" } }), []);
  const [{ code, path, message, hint }, ...none] = checkCondition({ "traits.seats": { $gtee: 50 } });
  assert.deepEqual([none, code, path, hint], [[], "UNKNOWN_OPERATOR", "/traits.seats/$gtee", "did you mean `$gte`?"]);
  assert.match(message, /is not an operator/);
});

test("events", () => {
  assert.deepEqual(checkEvents([demo, pricing]), []);
  assert.deepEqual(checkEvents([demo, { id: "b", type: "x" }]), [
    { index: 1, id: "b", code: "INVALID_TIME", message: "`time` is missing; give milliseconds since 1970 (`Date.now()`) or ISO 8601 with an offset (`2026-01-21T12:53:20Z`)" },
  ]);
  const error = thrown(() => checkEvents({}));
  assert.ok(error instanceof WarmleadError);
  assert.deepEqual([error.code, error.path], ["INVALID_INPUT", "/events"]);
});

test("who changes stage when a model changes, and why", () => {
  const tiny = (points) => ({
    id: "tiny", version: String(points), scores: { engagement: {} }, rules: [{ id: "demo", on: "demo_use", points }],
    stages: [{ id: "mql", when: { "scores.engagement": { $gte: 50 } } }], mql: "mql",
  });
  const found = diff(tiny(25), tiny(60), [{ visitor: "ada", events: [{ id: "e", type: "demo_use", time: NOON }] }, { events: [] }], { now: NOON });
  assert.deepEqual([found.visitors, found.mqls, found.moved.length], [2, [0, 1], 1]);
  const [{ visitor, from, to, scores }] = found.moved;
  assert.deepEqual([visitor, from.stage, to.stage], ["ada", "visitor", "mql"]);
  assert.deepEqual(scores, [{ score: "engagement", from: 25, to: 60, lines: [{ rule: "demo", from: 25, to: 60 }] }]);
  assert.equal(thrown(() => diff(tiny(25), { ...tiny(60), mql: 7 }, [])).code, "INVALID_MODEL");
  for (const [visitors, path] of [[{}, "/visitors"], [[{}], "/visitors/0/events"], [[{ events: [] }, null], "/visitors/1/events"], [[{ get events() { throw 1; } }], "/visitors/0/events"], [[{ events: [], traits: 7 }], "/visitors/0/traits"]]) {
    assert.equal(thrown(() => diff(tiny(25), tiny(60), visitors)).path, path);
  }
});

test("the schema is the package's", () => {
  assert.deepEqual(schema, JSON.parse(readFileSync(join(folder, "node_modules/warmlead/model.schema.json"), "utf8")));
});

test("it can be required", () => {
  const required = createRequire(join(folder, "index.js"))("warmlead/check");
  assert.deepEqual(required.check(model), { ok: true, problems: [], warnings: [] });
});
