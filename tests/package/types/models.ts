// Models in TypeScript: with words of their own at every part, and those that come from JSON files. It is compiled, not run.

import { score, Scorer, type ScoringModel } from "warmlead";
import { check } from "warmlead/check";
import { withScore } from "warmlead/edge";
import saas from "warmlead/models/b2b-saas.json" with { type: "json" };
import gitlab from "warmlead/models/gitlab.json" with { type: "json" };

const description = "In our own words.";
const when = { "scores.engagement": { $gte: 3 } };
const model: ScoringModel = {
  id: "described",
  version: "1",
  description,
  scores: {
    engagement: { description, groups: { content: { description, max: 40 } } },
    overall: { description, best_of: ["engagement"] },
  },
  signals: { visits: { description, on: "*", measure: "sessions" } },
  rules: [{ id: "pricing", description, on: "page_view", points: 3 }, { id: "idle", description, idle: "14d", points: -1 }, { id: "fits", description, when: {}, points: 5 }],
  disqualify: [{ id: "student", description, when: {} }],
  stages: [{ id: "mql", description, when }],
  mql: "mql",
  actions: [{ id: "chat", description, do: { type: "chat" } }],
};

// @ts-expect-error: a misspelt key is found where a model is written
const misspelt: ScoringModel = { ...model, ruels: [] };
// @ts-expect-error: what comes from a file has an id, a version and scores, too
const none = () => score([], { model: { id: "x" } });

for (const each of [model, saas, gitlab]) new Scorer(each);
export const used = [score([], { model: saas }), score([], { model: gitlab }), check(saas), withScore(() => new Response(), { secret: "0123456789abcdef0123456789abcdef", model: saas }), misspelt, none];
