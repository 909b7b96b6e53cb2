// A plain event crosses to the module packed, any other as a value of whatever kind: which way an event went must not show. Random events, plain and nasty, are
// recorded as they are, and again so that none looks plain; what is said, thrown and kept must be the same, and what a list of them comes to.

import assert from "node:assert/strict";
import { test } from "node:test";

/** How often events went either way. */
const ways = { packed: 0, read: 0, gathered: 0, gatheredSlowly: 0 };
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const exports = { ...new Instance(module, imports).exports };
  const { visitor_record, visitor_record_packed, gather, gather_packed } = exports;
  exports.gather = () => (ways.gatheredSlowly++, gather());
  exports.gather_packed = (length) => {
    const taken = gather_packed(length);
    if (taken) ways.gathered++;
    return taken;
  };
  exports.visitor_record = (...given) => (ways.read++, visitor_record(...given));
  exports.visitor_record_packed = (...given) => {
    const answer = visitor_record_packed(...given);
    if (!Number.isNaN(answer)) ways.packed++;
    return answer;
  };
  return { exports };
};

const { install, load } = await import("./consumer.mjs");
const { NOON } = await import("./sample.mjs");
const { score, Scorer } = await load(await install("lanes"));

const DAY = 86_400_000;
const models = {
  shipped: undefined,
  windows: {
    id: "lanes",
    version: "1",
    retention: { events: 60 },
    scores: { engagement: { max: 200, groups: { forms: { max: 20 } }, reset: { on: "close_convert_lead" } }, fit: { min: -10 }, both: { of: { engagement: 0.5, fit: 0.25 } } },
    signals: {
      views: { on: "page_view", within: "3d" },
      visits: { on: "*", measure: "sessions" },
      spent: { on: "purchase", measure: "sum", of: "properties.value" },
      last: { on: "*", measure: "last", of: "properties.form" },
    },
    rules: [
      { id: "docs", on: "page_view", where: { path: { $glob: "/docs/*" } }, points: 2, limit: { times: 2, per: "session" }, decay: { half_life: "7d" } },
      { id: "exact", on: ["page_view", "scroll"], where: { path: "/pricing" }, points: 5 },
      { id: "cart", on: "add_to_cart", where: { "properties.value": { $gte: 10 } }, points: { of: "properties.value", times: 0.1, max: 9 } },
      { id: "form", on: "form_submit", group: "forms", where: { "properties.form": { $in: ["demo", "5", "ü"] } }, points: 8 },
      { id: "nested", on: "*", where: { "properties.list.0.deep": true }, points: 3 },
      { id: "title", on: "*", where: { title: { $regex: "^[A-Z]" } }, points: 0.5 },
      { id: "utm", on: "page_view", where: { "query.utm_source": "news" }, points: 4 },
      { id: "de", score: "fit", when: { "traits.country": "DE", "signals.views": { $gte: 2 } }, points: 20 },
      { id: "big", score: "fit", when: { "traits.company.size": { $gt: 9 } }, points: 5 },
      { id: "minus", score: "fit", when: { "traits.seats": { $lte: 0 } }, points: -4 },
      { id: "active", score: "fit", when: { "session.active": true }, points: 1 },
      { id: "idle", idle: "2d", points: -3 },
    ],
    disqualify: [{ id: "rival", when: { "traits.role": "competitor" } }],
    stages: [
      { id: "lead", when: { "scores.engagement": { $gte: 10 } }, exit: { "scores.engagement": { $lt: 3 } } },
      { id: "mql", when: { "scores.both": { $gte: 14 } } },
    ],
    mql: "mql",
    actions: [{ id: "chat", when: { stage: "lead" }, do: { type: "chat" }, limit: { times: 1, per: "day" }, holdout: 0.3 }],
  },
  plain: { id: "plain", version: "1", scores: { engagement: {} }, rules: [{ id: "view", on: "page_view", where: { path: "/pricing" }, points: 1 }], stages: [{ id: "s", when: { "scores.engagement": { $gte: 3 } } }], mql: "s" },
};

// Without actions, what there was to see before an event is not looked at again if nothing has happened since.
models.still = { ...models.windows, id: "still", actions: [] };

/** Chance that is always the same for a seed; what is seldom happens once in so many times. */
function chance(seed, once) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return (x ^ (x >>> 14)) >>> 0;
  };
  const below = (count) => next() % count;
  return { below, pick: (list) => list[below(list.length)], seldom: () => below(once) === 0 };
}

const TYPES = ["page_view", "page_view", "scroll", "add_to_cart", "form_submit", "purchase", "Product Added", "page_ping", "identify", "consent", "action_shown", "close_convert_lead", "manual_mql", "own thing"];
const PATHS = ["/pricing", "/docs/a", "/docs/b?x", "/", "", "/ü", "/pricing/"];
const URLS = ["https://Acme.example/pricing?utm_source=news", "/docs/x#y", "https://acme.example:8080", "not an address", "https://acme.example/\ud800"];
const SCALARS = ["demo", "5", "ü", "", "\u0000", "\udc00x", 5, 12, -0, 0.1, 1e308, NaN, Infinity, true, false, null, undefined];
const ODD = [10n, Symbol("odd"), () => 1, new Date(NOON), new Date(NaN), new Map(), { toJSON: () => "made" }, { toJSON: 5 }, { get thrower() { throw new Error("no"); } }, Object.create({ inherited: 1 }), [1, , "hole"], "x".repeat(5000), "x".repeat(40_000)];

function valueOf(random, depth) {
  if (random.seldom()) return random.pick(ODD);
  if (depth < 9 && random.below(6) === 0) return Array.from({ length: random.below(3) }, () => valueOf(random, depth + 1));
  if (depth < 9 && random.below(5) === 0) return objectOf(random, depth + 1);
  return random.pick(SCALARS);
}

function objectOf(random, depth = 0) {
  const keys = ["form", "value", "list", "country", "company", "seats", "role", "size", "score", "marketing", "ключ", "a b", "", "__proto__", "\ud800", "\ud801"];
  const object = {};
  for (let count = random.below(4); count > 0; count--) {
    const [key, value] = [random.pick(keys), valueOf(random, depth)];
    Object.defineProperty(object, key, { value, enumerable: !random.seldom(), configurable: true, writable: true });
  }
  if (random.seldom()) Object.defineProperty(object, "toJSON", { value: () => ({ form: "hidden" }), configurable: true });
  return object;
}

function eventOf(random, n, time) {
  const event = {};
  const put = (key, value) => Object.defineProperty(event, key, { value, enumerable: true, configurable: true, writable: true });
  put("id", random.seldom() ? random.pick(["e1", "", 7, "é", "z".repeat(300)]) : `e${n}`);
  put("type", random.seldom() ? random.pick(["", 5, null, undefined, "constructor"]) : random.pick(TYPES));
  put("time", random.seldom() ? random.pick([NaN, -1, 1.5, 9e15, -0, "2026-01-21T12:53:20Z", "yesterday", new Date(time), new Date(NaN), undefined, time + DAY, NOON - DAY, String(time)]) : time);
  if (random.below(5)) put(random.pick(["path", "url"]), random.pick(random.below(2) ? PATHS : URLS));
  if (random.below(3) === 0) put("title", random.pick(["Pricing", "über uns", 5, "A\ud83d\ude00"]));
  if (random.below(5) === 0) put("referrer", random.pick(["https://www.google.com/", "", null, []]));
  if (random.below(5) === 0) put("host", random.pick(["acme.example", "ACME", 3]));
  if (random.below(8) === 0) put("query", random.pick([{ utm_source: "news" }, {}, "a=b", objectOf(random)]));
  if (random.below(2)) put("properties", random.seldom() ? valueOf(random, 0) : objectOf(random));
  if (random.below(4) === 0) put("traits", random.pick([{ country: "DE" }, { country: "FR", company: { size: 12 } }, { seats: random.pick([-0, 5, "0"]) }, { role: "competitor" }, { role: null, country: null }, objectOf(random)]));
  if (random.below(9) === 0) put("offsite", random.pick([true, false, 1]));
  if (random.seldom()) put(random.pick(["unknown", "toJSON", "__proto__"]), random.pick([1, 10n, () => ({ id: `j${n}`, type: "page_view", time })]));
  return event;
}

/** The same event, so that it isn't plain: it has a key of which nobody knows. */
const disguised = (event) => Object.create(null, { ...Object.getOwnPropertyDescriptors(event), disguise: { value: 0, enumerable: true } });

/** What recording an event says. */
function said(visitor, event, options) {
  try {
    return visitor.record(event, options);
  } catch ({ code, path, message }) {
    return { code, path, message };
  }
}

const scalars = (visitor, scores) => [visitor.stage, visitor.mql, visitor.size, ...scores.map((name) => visitor.value(name))];

for (const [name, model] of Object.entries(models)) {
  test(`which way events went does not show: ${name}`, (context) => {
    const scorer = new Scorer(model);
    Object.assign(ways, { packed: 0, read: 0, gathered: 0, gatheredSlowly: 0 });
    let recorded = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = chance(seed * 7919 + name.length, [12, 60, 400][seed % 3]);
      const [one, other] = [scorer.visitor("v"), scorer.visitor("v")];
      const events = [];
      let time = NOON;
      // The getters look at the present, which goes on with the events, and sometimes on its own.
      context.mock.timers.enable({ apis: ["Date"], now: time });
      for (let n = 0; n < 70; n++) {
        time += random.pick([0, 0, 1, 20_000, 1_900_000, random.seldom() ? 3 * DAY : 5]);
        context.mock.timers.setTime(time);
        const event = eventOf(random, n, time);
        events.push(event);
        recorded++;
        const options = random.seldom() ? { now: random.pick([time, time - 1, time + 5, time + DAY, new Date(time)]) } : undefined;
        assert.deepEqual(said(one, event, options), said(other, disguised(event), options), `event ${n} of seed ${seed}`);
        const scores = Object.keys(other.assess().scores);
        if (!random.seldom()) assert.deepEqual(scalars(one, scores), scalars(other, scores), `scalars after event ${n} of seed ${seed}`);
        if (random.seldom()) {
          time += random.pick([1, 3_600_000, DAY]);
          context.mock.timers.setTime(time);
          assert.deepEqual(scalars(one, scores), scalars(other, scores), `scalars later than event ${n} of seed ${seed}`);
        }
        // What needs events as events unpacks them: seldom, so that many stay packed.
        if (random.below(25) === 0) assert.deepEqual(one.assess(), other.assess());
        if (random.below(40) === 0) assert.equal(one.forget(1), other.forget(1));
        if (random.below(40) === 0) {
          const beside = scorer.visitor("beside");
          said(beside, { id: `m${n}`, type: "page_view", time: time - 5, path: "/pricing" });
          assert.equal(one.merge(beside.snapshot()), other.merge(beside.snapshot()));
          beside.dispose();
        }
      }
      assert.deepEqual(one.snapshot(), other.snapshot(), `snapshots of seed ${seed}`);
      assert.deepEqual(one.events(), other.events());
      assert.deepEqual(one.assess({ explain: true }), other.assess({ explain: true }));
      const lists = [events, events.map(disguised)].map((list) => score(list, { model, visitor: "v" }));
      assert.deepEqual(lists[0], lists[1]);
      const learning = [events, events.map(disguised)].map((list) => {
        const visitor = scorer.visitor("v");
        return [visitor.learn(list), visitor.snapshot(), visitor.dispose()];
      });
      assert.deepEqual(learning[0], learning[1]);
      one.dispose();
      other.dispose();
      context.mock.timers.reset();
    }
    assert.ok(ways.packed > recorded / 4, `only ${ways.packed} of ${recorded} events were packed`);
    assert.ok(ways.read > recorded, "the disguised ones are read");
    assert.ok(ways.gathered > recorded / 2, `only ${ways.gathered} of ${recorded} events, given in two lists, were packed`);
    assert.ok(ways.gatheredSlowly > 2 * recorded, "the disguised ones are read, in lists, too");
  });
}

/** Names that mean something to JavaScript, differ in case or in their form only, or are hardly names. A path can't lead to the empty one. */
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "toJSON", "type", "form", "Form", "FORM", "0", "01", "é", "e\u0301", "x".repeat(254), "x".repeat(255), "x".repeat(300)];
const own = (key, value) => Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });

test("a name is the same in either way, whatever it is and wherever it stands", () => {
  const named = {
    id: "named",
    version: "1",
    scores: { engagement: {} },
    // Each name is worth something else as a type, as a key, and as a value.
    rules: NAMES.flatMap((name, n) => [
      { id: `t${n}`, on: name, points: 2 ** n / 1000 },
      { id: `k${n}`, on: "*", where: { [`properties.${name}`]: "here" }, points: 2 ** n / 100 },
      { id: `v${n}`, on: "*", where: { title: name }, points: 2 ** n / 10 },
    ]),
    stages: [{ id: "s", when: { "scores.engagement": { $gte: 1e9 } } }],
    mql: "s",
  };
  const scorer = new Scorer(named);
  const [one, other] = [scorer.visitor("v"), scorer.visitor("v")];
  let time = NOON;
  const take = (what) => {
    const event = { id: `e${(time += 1000)}`, time, ...what };
    assert.deepEqual(said(one, event, { now: time }), said(other, disguised(event), { now: time }), JSON.stringify(what));
    assert.deepEqual(one.assess({ now: time, explain: "receipt" }), other.assess({ now: time, explain: "receipt" }), JSON.stringify(what));
    return one.assess({ now: time }).scores.engagement.value;
  };
  const before = ways.packed;
  let last = 0;
  const worth = (what) => {
    const now = take(what);
    const more = now - last;
    last = now;
    return Math.round(more * 1000) / 1000;
  };
  for (const [n, name] of [...NAMES, ""].entries()) {
    const known = name !== "";
    if (known) assert.equal(worth({ type: name, title: "other" }), 2 ** n / 1000, `type ${name}`);
    assert.equal(worth({ type: "other", properties: own(name, "here") }), known ? 2 ** n / 100 : 0, `key ${name}`);
    assert.equal(worth({ type: "other", properties: { nested: own(name, "here") } }), 0, `nested key ${name}`);
    assert.equal(worth({ type: "other", title: name }), known ? 2 ** n / 10 : 0, `value ${name}`);
    assert.equal(worth({ type: "other", properties: Object.assign(Object.create({ [`inherited ${n}`]: 1, form: "here" }), { other: 1 }) }), 0, "what is inherited is none of its own");
  }
  assert.ok(ways.packed - before > NAMES.length, "many are packed");
  // Whoever scores them next makes the same of them, by whatever other model.
  assert.deepEqual(one.snapshot(), other.snapshot());
  assert.deepEqual(one.events(), other.events());
  const elsewhere = new Scorer({ ...named, id: "elsewhere", rules: named.rules.slice().reverse() });
  const [moved, fresh] = [elsewhere.visitor("v", one.snapshot()), elsewhere.visitor("v")];
  fresh.learn(other.events());
  assert.equal(moved.assess({ now: time }).scores.engagement.value, last);
  assert.deepEqual(moved.assess({ now: time, explain: true }), fresh.assess({ now: time, explain: true }));
  for (const visitor of [one, other, moved, fresh]) visitor.dispose();
});

test("what an object has is read once, in its order, and whether it is its own is not asked of it", () => {
  const scorer = new Scorer(models.plain);
  const [one, other] = [scorer.visitor("v"), scorer.visitor("v")];
  const odd = [
    { hasOwnProperty: () => false, b: 1, a: 2, 1: 3, 0: 4 },
    Object.assign(Object.create(null), { form: "x" }),
    Object.defineProperty({ seen: 1 }, "hidden", { value: 1 }),
    { [Symbol("s")]: 1, left: undefined, f() {}, kept: null },
    new (class { own = 1; get inherited() { return 1; } })(),
    new Proxy({ a: 1, b: [1, { c: 2 }] }, {}),
    Object.fromEntries(Array.from({ length: 254 }, (_, n) => [`k${n}`, 1])),
    Object.fromEntries(Array.from({ length: 255 }, (_, n) => [`k${n}`, 1])),
  ];
  odd.forEach((properties, n) => {
    const event = { id: `e${n}`, type: "page_view", time: NOON + n, path: "/pricing", properties };
    assert.equal(one.record(event, { now: NOON + n }), other.record(disguised(event), { now: NOON + n }));
  });
  let read = 0;
  const counting = { id: "z", type: "page_view", time: NOON + 99, get path() { read += 1; return "/pricing"; } };
  one.record(counting, { now: NOON + 99 });
  other.record(disguised({ ...counting }), { now: NOON + 99 });
  assert.equal(read, 2, "once by the visitor, once by the copy");
  assert.deepEqual(one.events(), other.events());
  assert.deepEqual(Object.keys(one.events()[0].properties), ["0", "1", "b", "a"]);
});

test("an event that is changed afterwards stays what it was", () => {
  const visitor = new Scorer(models.plain).visitor("v");
  const event = (n) => ({ id: `e${n}`, type: "page_view", time: NOON + n, path: "/pricing", properties: { nested: { deep: 1 } } });
  visitor.record(event(0), { now: NOON });
  const before = ways.packed;
  for (const n of [1, 2]) {
    const own = event(n);
    visitor.record(own, { now: NOON + n });
    own.properties.nested.deep = 2;
    own.path = "/other";
  }
  assert.equal(ways.packed - before, 2);
  assert.deepEqual(visitor.events(), [event(0), event(1), event(2)]);
});

test("however many packed events there are, and in whatever order their ids: each is known when it comes again", () => {
  const visitor = new Scorer(models.plain).visitor("v");
  const event = (n) => ({ id: `${(n * 7919) % 601}`, type: "page_view", time: NOON + n, path: "/pricing" });
  const before = ways.packed;
  for (let n = 0; n < 600; n++) {
    visitor.record(event(n), { now: NOON + n });
    assert.equal(visitor.size, n + 1);
  }
  // The first of them shows that ids don't ascend.
  assert.ok(ways.packed - before > 590, `${ways.packed - before} were packed`);
  for (let n = 0; n < 600; n++) {
    assert.equal(visitor.record({ ...event(n), time: NOON + 1000 }, { now: NOON + 1000 }), false);
    assert.equal(visitor.size, 600);
  }
});
