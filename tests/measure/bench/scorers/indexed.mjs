// By hand, as a good engineer would write it for one site: rules are found by the event's type, then by what a field equals, then by a path's prefix; what is found is
// asked for the rest. Rules on the visitor are found by the counter or the trait that changed. It knows the common subset and nothing beyond it.

import { compile, holds, push } from "./by-hand.mjs";

export async function load() {
  return (model) => {
    const program = compile(model);
    program.byTrait = new Map();
    program.byCounter = program.counters.map(() => []);
    for (const rule of program.states) {
      if (rule.counter >= 0) program.byCounter[rule.counter].push(rule);
      if (rule.segment) push(program.byTrait, rule.segment.name, rule);
    }
    return () => new Visitor(program);
  };
}

class Visitor {
  constructor(program) {
    this.program = program;
    this.counts = new Int32Array(program.counters.length);
    this.used = new Int32Array(program.limits);
    this.held = new Uint8Array(program.states.length);
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
