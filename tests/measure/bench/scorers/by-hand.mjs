// What the indexed scorers by hand make of a model: the same index for both, and the rules on the visitor, for each to arrange.

export const EQUALS = 0;
export const AT_LEAST = 1;

export function compile({ rules, signals, stages, mql }) {
  const types = new Map();
  const counters = Object.keys(signals);
  const states = [];
  let limits = 0;

  Object.values(signals).forEach(({ on, where = {} }, counter) => {
    file(types, on, where, { counter, points: 0, limit: -1, times: 0, property: null, segment: null });
  });
  for (const { on, when, where, points, limit, score = on ? "engagement" : "fit" } of rules) {
    const segment = testOf(when ?? where, "traits.");
    if (on) {
      const property = testOf(where, "properties.", AT_LEAST);
      file(types, on, where, { counter: -1, points, limit: limit ? limits++ : -1, times: limit?.times ?? 0, property, segment });
    } else {
      const asked = testOf(when, "signals.");
      states.push({ place: states.length, counter: asked ? counters.indexOf(asked.name) : -1, least: asked?.value ?? 0, segment, points, fit: score === "fit" });
    }
  }
  return {
    types,
    counters,
    states,
    limits,
    mql: stages.findIndex(({ id }) => id === mql),
    stages: stages.map(({ id, when }) => ({
      id,
      engagement: when["scores.engagement"].$gte,
      asks: testsOf(when, "signals.").map(({ name, value }) => ({ counter: counters.indexOf(name), least: value })),
    })),
  };
}

/** Puts what an event does where the event will find it. */
function file(types, on, where, effect) {
  if (!types.has(on)) types.set(on, { always: [], paths: new Map(), prefixes: new Map(), properties: [] });
  const type = types.get(on);
  if (typeof where.path === "string") return push(type.paths, where.path, effect);
  if (where.path) return push(type.prefixes, where.path.$glob.slice(0, -1), effect);
  const key = testOf(where, "properties.", EQUALS);
  if (!key) return type.always.push(effect);
  let index = type.properties.find(({ name }) => name === key.name);
  if (!index) type.properties.push((index = { name: key.name, values: new Map() }));
  push(index.values, key.value, effect);
}

/** The tests of fields under a root, with what each compares. */
function testsOf(condition, root) {
  return Object.entries(condition)
    .filter(([path]) => path.startsWith(root))
    .map(([path, test]) => {
      const name = path.slice(root.length);
      return typeof test === "object" ? { name, kind: AT_LEAST, value: test.$gte } : { name, kind: EQUALS, value: test };
    });
}

const testOf = (condition, root, kind) => testsOf(condition, root).find((test) => kind === undefined || test.kind === kind) ?? null;

export function push(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Whether a test holds of an object; without a test, yes. */
export const holds = (test, object) => test === null || (test.kind === EQUALS ? object[test.name] === test.value : object[test.name] >= test.value);
