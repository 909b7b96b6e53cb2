// What a program adds to a library that only says which conditions hold: it counts, limits, adds points up and climbs stages. It asks the library as little as it can
// without an index: about the rules of the event's type, and about those rules on the visitor whose counter or trait the event can change.

/** What a condition compares: where, how, with what. */
export function testsOf(condition = {}) {
  return Object.entries(condition).map(([path, test]) => {
    if (typeof test !== "object") return { path, kind: "equals", value: test };
    return test.$glob === undefined ? { path, kind: "at least", value: test.$gte } : { path, kind: "prefix", value: test.$glob.slice(0, -1) };
  });
}

/**
 * A model, arranged for a library. `compile(conditions)` gives what answers the positions of those that hold of a document: a
 * list, or a promise of one if the library is asynchronous.
 */
export function arrange({ rules, signals, stages, mql }, compile, grouped = true) {
  const names = Object.keys(signals);
  const effects = new Map();
  const file = (type, where, effect) => {
    const on = grouped ? type : "*";
    const own = effects.get(on) ?? effects.set(on, []).get(on);
    own.push({ where: grouped ? where : { type, ...where }, ...effect });
  };
  names.forEach((name) => file(signals[name].on, signals[name].where, { counter: name }));
  const states = [];
  rules.forEach(({ on, where, when, points, limit, score = on ? "engagement" : "fit" }, place) => {
    if (on) file(on, where, { counter: null, points, place, times: limit?.times ?? Infinity });
    else states.push({ when, score, points, place, paths: testsOf(when).map(({ path }) => path) });
  });
  const group = (list, key) => ({ list, ask: list.length > 0 ? compile(list.map((own) => own[key])) : () => [] });
  const counted = (type) => names.filter((name) => !grouped || signals[name].on === type).map((name) => `signals.${name}`);
  const changedBy = (type) => states.filter(({ paths }) => paths.some((path) => counted(type).includes(path)));
  return {
    names,
    places: rules.length,
    events: new Map([...effects].map(([on, list]) => [on, group(list, "where")])),
    states: new Map([...effects.keys()].map((type) => [type, group(changedBy(type), "when")])),
    typeOf: grouped ? (event) => event.type : () => "*",
    byTrait: group(states.filter(({ paths }) => paths.some((path) => path.startsWith("traits."))), "when"),
    stages: stages.map(({ id }) => id),
    climb: group(stages, "when"),
    mql: stages.findIndex(({ id }) => id === mql),
  };
}

class Host {
  constructor(program) {
    this.program = program;
    this.signals = Object.fromEntries(program.names.map((name) => [name, 0]));
    this.traits = {};
    this.scores = { engagement: 0, fit: 0 };
    this.used = new Map();
    this.held = new Uint8Array(program.places);
    this.now = new Uint8Array(program.places);
    this.at = -1;
  }

  /** The matches of an event take effect. */
  take({ list }, matches) {
    for (const match of matches) {
      const { counter, place, points, times } = list[match];
      if (counter !== null) this.signals[counter]++;
      else if (times === Infinity) this.scores.engagement += points;
      else {
        const used = this.used.get(place) ?? 0;
        if (used < times) this.scores.engagement += points;
        this.used.set(place, used + 1);
      }
    }
  }

  /** Rules on the visitor begin or end. */
  hold({ list }, holding) {
    const { held, now } = this;
    for (let n = 0; n < holding.length; n++) now[list[holding[n]].place] = 1;
    for (let n = 0; n < list.length; n++) {
      const { place, score, points } = list[n];
      if (now[place] !== held[place]) {
        held[place] = now[place];
        this.scores[score] += held[place] === 1 ? points : -points;
      }
      now[place] = 0;
    }
  }

  /** The highest stage that may be entered is. */
  climb(holding) {
    for (const stage of holding) if (stage > this.at) this.at = stage;
  }

  get mayClimb() {
    return this.at < this.program.stages.length - 1;
  }

  get stage() {
    return this.at < 0 ? "visitor" : this.program.stages[this.at];
  }

  get mql() {
    return this.at >= this.program.mql;
  }

  value(score) {
    return this.scores[score];
  }
}

/** A visitor whose library answers at once. */
export class Visitor extends Host {
  record(event) {
    const { events, states, byTrait, climb, typeOf } = this.program;
    if (event.traits) {
      Object.assign(this.traits, event.traits);
      this.hold(byTrait, byTrait.ask(this));
    }
    const own = typeOf(event);
    const matching = events.get(own);
    if (matching) {
      const { type, path, properties } = event;
      this.take(matching, matching.ask({ type, path, properties, traits: this.traits }));
      const touched = states.get(own);
      this.hold(touched, touched.ask(this));
    }
    if (this.mayClimb) this.climb(climb.ask(this));
  }
}

/** A visitor whose library answers later. */
export class LaterVisitor extends Host {
  async record(event) {
    const { events, states, byTrait, climb, typeOf } = this.program;
    if (event.traits) {
      Object.assign(this.traits, event.traits);
      this.hold(byTrait, await byTrait.ask(this));
    }
    const own = typeOf(event);
    const matching = events.get(own);
    if (matching) {
      const { type, path, properties } = event;
      this.take(matching, await matching.ask({ type, path, properties, traits: this.traits }));
      const touched = states.get(own);
      this.hold(touched, await touched.ask(this));
    }
    if (this.mayClimb) this.climb(await climb.ask(this));
  }
}
