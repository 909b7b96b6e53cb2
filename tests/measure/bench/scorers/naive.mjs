// By hand, as it is first written: every rule is asked at every event, the counters one by one, the rules on the visitor all over again. It knows the common subset and nothing
// beyond it.

export async function load() {
  return (model) => () => new Visitor(model);
}

class Visitor {
  constructor(model) {
    this.model = model;
    this.signals = Object.fromEntries(Object.keys(model.signals).map((name) => [name, 0]));
    this.used = {};
    this.traits = {};
    this.earned = 0;
    this.scores = { engagement: 0, fit: 0 };
    this.at = -1;
  }

  record(event) {
    const { signals, rules, stages } = this.model;
    Object.assign(this.traits, event.traits);
    const document = { ...event, traits: this.traits };
    for (const [name, { on, where }] of Object.entries(signals)) {
      if (event.type === on && matches(where, document)) this.signals[name]++;
    }
    this.scores = { engagement: this.earned, fit: 0 };
    for (const { id, on, where, when, points, limit, score = "fit" } of rules) {
      if (!on) {
        if (matches(when, this)) this.scores[score] += points;
      } else if (event.type === on && matches(where, document)) {
        this.used[id] = (this.used[id] ?? 0) + 1;
        if (limit && this.used[id] > limit.times) continue;
        this.earned += points;
        this.scores.engagement += points;
      }
    }
    stages.forEach(({ when }, stage) => {
      if (stage > this.at && matches(when, this)) this.at = stage;
    });
  }

  get stage() {
    return this.at < 0 ? "visitor" : this.model.stages[this.at].id;
  }

  get mql() {
    return this.at >= this.model.stages.findIndex(({ id }) => id === this.model.mql);
  }

  value(score) {
    return this.scores[score];
  }
}

function matches(condition, document) {
  for (const path in condition) {
    const [actual, test] = [dig(document, path), condition[path]];
    if (typeof test !== "object") {
      if (actual !== test) return false;
    } else if (test.$glob !== undefined) {
      if (typeof actual !== "string" || !actual.startsWith(test.$glob.slice(0, -1))) return false;
    } else if (!(actual >= test.$gte)) return false;
  }
  return true;
}

function dig(document, path) {
  return path.split(".").reduce((value, key) => value?.[key], document);
}
