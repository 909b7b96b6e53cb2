// By hand, with all that our engine knows, in plain JavaScript: as the indexed one, and beyond it a counter touches only the thresholds that it passes, and what a rule asks of the
// profile is answered once for each profile. It is what the common subset costs at best where nothing crosses into WebAssembly and no event is kept.

import { compile, holds, push } from "./by-hand.mjs";

export async function load() {
  return (model) => {
    const program = prepare(compile(model));
    return () => new Visitor(program);
  };
}

/** Numbers the different tests of the profile, and sorts each counter's thresholds. */
function prepare(program) {
  const tests = new Map();
  const numberOf = (segment) => {
    if (!segment) return -1;
    const key = JSON.stringify(segment);
    if (!tests.has(key)) tests.set(key, { number: tests.size, segment, states: [] });
    return tests.get(key).number;
  };
  const eachEffect = (visit) => {
    for (const { always, paths, prefixes, properties } of program.types.values()) {
      for (const list of [always, ...paths.values(), ...prefixes.values(), ...properties.flatMap(({ values }) => [...values.values()])]) list.forEach(visit);
    }
  };
  eachEffect((effect) => (effect.test = numberOf(effect.segment)));
  for (const rule of program.states) {
    rule.test = numberOf(rule.segment);
    if (rule.test >= 0) tests.get(JSON.stringify(rule.segment)).states.push(rule);
  }
  program.tests = [...tests.values()];
  program.byTrait = new Map();
  for (const test of program.tests) push(program.byTrait, test.segment.name, test);
  program.thresholds = program.counters.map((_, counter) => program.states.filter((rule) => rule.counter === counter).sort((one, other) => one.least - other.least));
  return program;
}

class Visitor {
  constructor(program) {
    this.program = program;
    this.counts = new Int32Array(program.counters.length);
    this.passed = new Int32Array(program.counters.length);
    this.used = new Int32Array(program.limits);
    this.open = new Uint8Array(program.tests.length);
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
        this.count(effect.counter);
      } else if ((effect.test < 0 || this.open[effect.test] === 1) && holds(effect.property, event.properties)) {
        if (effect.limit >= 0 && this.used[effect.limit]++ >= effect.times) continue;
        this.engagement += effect.points;
      }
    }
  }

  count(counter) {
    const thresholds = this.program.thresholds[counter];
    const count = ++this.counts[counter];
    let next = this.passed[counter];
    for (; next < thresholds.length && thresholds[next].least <= count; next++) {
      if (thresholds[next].test < 0 || this.open[thresholds[next].test] === 1) this.add(thresholds[next], 1);
    }
    this.passed[counter] = next;
  }

  learn(traits) {
    for (const name in traits) {
      if (this.traits[name] === traits[name]) continue;
      this.traits[name] = traits[name];
      for (const { number, segment, states } of this.program.byTrait.get(name) ?? []) {
        const open = holds(segment, this.traits) ? 1 : 0;
        if (open === this.open[number]) continue;
        this.open[number] = open;
        for (const rule of states) if (rule.counter < 0 || this.counts[rule.counter] >= rule.least) this.add(rule, open === 1 ? 1 : -1);
      }
    }
  }

  add(rule, sign) {
    if (rule.fit) this.fit += sign * rule.points;
    else this.engagement += sign * rule.points;
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
