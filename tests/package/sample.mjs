// A small scoring model and a few events, for tests that are about the package and not about scoring.

/** Noon on 21 January 2026, UTC. */
export const NOON = Date.UTC(2026, 0, 21, 12);

export const model = {
  id: "sample",
  version: "7",
  scores: { engagement: { max: 100 }, fit: { max: 50 } },
  rules: [
    { id: "demo", on: "demo_use", points: 25 },
    { id: "pricing", on: "page_view", where: { path: "/pricing" }, points: 10 },
    { id: "de", when: { "traits.country": "DE" }, points: 20 },
  ],
  stages: [{ id: "mql", when: { "scores.engagement": { $gte: 35 } } }],
  mql: "mql",
  actions: [{ id: "chat", when: { stage: "mql" }, do: { type: "chat", message: "Hello" } }],
};

export const pricing = { id: "e1", type: "page_view", time: NOON, url: "https://acme.example/pricing" };
export const demo = { id: "e2", type: "demo_use", time: NOON + 60_000 };

/** What `run` throws; fails if it throws nothing. */
export function thrown(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
