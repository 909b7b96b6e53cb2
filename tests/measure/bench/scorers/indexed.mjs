// By hand, as a good engineer would write it for one site: rules are found by the event's type, then by what a field equals, then by a path's prefix; what is found is
// asked for the rest. Rules on the visitor are found by the counter or the trait that changed. It knows the common subset and nothing beyond it.

export async function load() {
  return (model) => {
    const program = compile(model);
    return () => new Visitor(program);
  };
}

const EQUALS = 0;
const AT_LEAST = 1;

function compile({ rules, signals, stages, mql }) {
  const types = new Map();
  const counters = new Map(Object.keys(signals).map((name, place) => [name, place]));
  const byCounter = Object.keys(signals).map(() => []);
  const byTrait = new Map();
  let [limits, states] = [0, 0];

  Object.values(signals).forEach(({ on, where = {} }, counter) => {
    file(types, on, where, { counter, points: 0, limit: -1, times: 0, property: null, segment: null });
  });
  for (const { on, when, where, points, limit, score = on ? "engagement" : "fit" } of rules) {
    const segment = testOf(when ?? where, "traits.");
    if (on) {
      const property = testOf(where, "properties.", AT_LEAST);
      file(types, on, where, { counter: -1, points, limit: limit ? limits++ : -1, times: limit?.times ?? 0, property, segment });
      continue;
    }
    const asked = testOf(when, "signals.");
    const counter = asked ? counters.get(asked.name) : -1;
    const rule = { place: states++, counter, least: asked?.value ?? 0, segment, points, fit: score === "fit" };
    if (counter >= 0) byCounter[counter].push(rule);
    if (segment) push(byTrait, segment.name, rule);
  }
  return {
    types,
    byCounter,
    byTrait,
    limits,
    states,
    mql: stages.findIndex(({ id }) => id === mql),
    stages: stages.map(({ id, when }) => ({
      id,
      engagement: when["scores.engagement"].$gte,
      asks: testsOf(when, "signals.").map(({ name, value }) => ({ counter: counters.get(name), least: value })),
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

function push(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Whether a test holds of an object; without a test, yes. */
const holds = (test, object) => test === null || (test.kind === EQUALS ? object[test.name] === test.value : object[test.name] >= test.value);

class Visitor {
  constructor(program) {
    this.program = program;
    this.counts = new Int32Array(program.byCounter.length);
    this.used = new Int32Array(program.limits);
    this.held = new Uint8Array(program.states);
    this.traits = {};
    this.engagement = 0;
    this.fit = 0;
    this.at = -1;
  }

  record(event) {
    const { engagement, fit, at } = this;
    if (event.traits !== undefined) this.learn(event.traits);
    const type = this.program.types.get(event.type);
    if (type !== undefined) this.take(type, event);
    this.climb();
    return this.engagement !== engagement || this.fit !== fit || this.at !== at;
  }

  take(type, event) {
    if (type.always.length > 0) this.apply(type.always, event);
    const { path, properties } = event;
    if (path !== undefined) {
      const exact = type.paths.get(path);
      if (exact !== undefined) this.apply(exact, event);
      if (type.prefixes.size > 0) {
        for (let slash = path.indexOf("/", 1); slash > 0; slash = path.indexOf("/", slash + 1)) {
          const under = type.prefixes.get(path.slice(0, slash + 1));
          if (under !== undefined) this.apply(under, event);
        }
      }
    }
    if (properties !== undefined) {
      for (const { name, values } of type.properties) {
        const effects = values.get(properties[name]);
        if (effects !== undefined) this.apply(effects, event);
      }
    }
  }

  apply(effects, event) {
    for (let n = 0; n < effects.length; n++) {
      const effect = effects[n];
      if (effect.counter >= 0) {
        this.counts[effect.counter]++;
        this.review(this.program.byCounter[effect.counter]);
      } else if (holds(effect.segment, this.traits) && holds(effect.property, event.properties)) {
        if (effect.limit >= 0 && this.used[effect.limit]++ >= effect.times) continue;
        this.engagement += effect.points;
      }
    }
  }

  learn(traits) {
    for (const name in traits) {
      this.traits[name] = traits[name];
      const rules = this.program.byTrait.get(name);
      if (rules !== undefined) this.review(rules);
    }
  }

  /** Lets rules on the visitor begin or end. */
  review(rules) {
    for (let n = 0; n < rules.length; n++) {
      const rule = rules[n];
      const now = (rule.counter < 0 || this.counts[rule.counter] >= rule.least) && holds(rule.segment, this.traits) ? 1 : 0;
      if (now === this.held[rule.place]) continue;
      this.held[rule.place] = now;
      const points = now === 1 ? rule.points : -rule.points;
      if (rule.fit) this.fit += points;
      else this.engagement += points;
    }
  }

  climb() {
    const { stages } = this.program;
    for (let stage = stages.length - 1; stage > this.at; stage--) {
      if (this.engagement < stages[stage].engagement) continue;
      if (stages[stage].asks.every(({ counter, least }) => this.counts[counter] >= least)) this.at = stage;
    }
  }

  get stage() {
    return this.at < 0 ? "visitor" : this.program.stages[this.at].id;
  }

  get mql() {
    return this.at >= this.program.mql;
  }

  value(score) {
    return score === "engagement" ? this.engagement : this.fit;
  }
}
