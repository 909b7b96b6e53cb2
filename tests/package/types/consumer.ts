// A TypeScript project that uses the package. It is compiled strictly and then run: what the types promise has to be so.

import { matches, score, Scorer, translate, WarmleadError } from "warmlead";
import type { Assessment, Condition, Event, ReceiptLine, Scored, ScoringModel, Translation, Visitor, Vocabulary } from "warmlead";

const where: Condition = { path: { $glob: "/pricing*" }, $or: [{ "session.channel": "direct" }, { "traits.country": { $in: ["US", "CA"] } }] };

const model: ScoringModel = {
  id: "typed",
  version: "1",
  utc_offset: "+01:00",
  scores: {
    engagement: { max: 100, groups: { content: { max: 40, decay: { half_life: "14d" } } }, grades: [{ from: 0, label: "1" }], reset: { on: "purchase" } },
    fit: { max: 100 },
    overall: { of: { engagement: 0.5, fit: 0.5 } },
  },
  grade: ["engagement"],
  signals: {
    visits: { on: "*", measure: "sessions", within: "90d" },
    spent: { on: ["purchase"], measure: "sum", of: "properties.value" },
    path: { sequence: [{ on: "page_view", where }, { on: "add_to_cart" }], span: "2h" },
  },
  rules: [
    { id: "pricing", on: "page_view", where, points: 10, limit: { times: 3, per: "7d", by: "path" }, decay: { expire: "90d" } },
    { id: "cart", on: "add_to_cart", group: "content", points: { of: "properties.value", times: 0.1, max: 20 } },
    { id: "idle", idle: "14d", points: -5, limit: { times: 4 } },
    { id: "country", when: { "traits.country": "DE" }, points: 25 },
  ],
  disqualify: [{ id: "student", when: { "traits.role": "student" } }],
  stages: [{ id: "mql", when: { "scores.engagement": { $gte: 10 } }, exit: { "scores.engagement": { $lt: 5 } }, reenter_after: "1d" }],
  mql: "mql",
  actions: [{ id: "chat", when: { stage: "mql" }, do: { type: "chat", message: "Hello" }, after_dismiss: "ever", holdout: 0.1, hours: [{ days: ["mon"], from: "09:00" }] }],
  action_policy: { cooldown: "30m" },
};

const now = new Date("2026-01-21T13:00:00Z");
const events: readonly Event[] = [
  { type: "page_view", time: "2026-01-21T12:00:00Z", url: "https://acme.example/pricing" },
  { id: "cart", type: "add_to_cart", time: now, properties: { value: 30 }, traits: { country: "DE" } },
];

const scored: Scored = score(events, { model, visitor: "v", now, explain: true });
const assessment: Assessment = scored;
const value: number | undefined = assessment.scores["engagement"]?.value;
const rejections: number = scored.rejected.length;

function label(line: ReceiptLine): string {
  if ("rule" in line) return `${line.rule}: ${line.counted} of ${line.matches}`;
  if ("score" in line) return line.score;
  return line.adjustment === "group" ? line.group : line.adjustment;
}
const comes: string = scored.next_change ? `${scored.next_change.stage} at ${scored.next_change.at}` : "nothing";
const needed: string[] = (scored.to_mql ?? []).flatMap(({ add }) => add.map((more) => `${more.events} of ${"rule" in more ? more.rule : more.signal}`));
const labels: string[] = (scored.receipt?.["engagement"] ?? []).map(label);

function follow(scorer: Scorer): Assessment {
  using visitor: Visitor = scorer.visitor("v");
  const changed: boolean = visitor.record(events[0]!, { now });
  const snapshot: Uint8Array = visitor.snapshot();
  visitor.merge(snapshot);
  const [stage, mql, points]: [string, boolean, number] = [visitor.stage, visitor.mql, visitor.value("fit")];
  if (!changed) throw new Error(`${stage} ${mql} ${points}`);
  return visitor.assess({ now });
}

let code: string | undefined;
try {
  // @ts-expect-error: a model needs scores
  new Scorer({ id: "x", version: "1", scores: 7 });
} catch (error) {
  if (error instanceof WarmleadError && error.code === "INVALID_MODEL") code = error.problems?.[0]?.path;
}

const vocabulary: Vocabulary = "ga4";
const translation: Translation = translate(["event", "login"], vocabulary, { now: 0 });
const translated: number = score(translation, { visitor: translation[0]?.visitor ?? "v" }).events + translation.rejected.length + translation.merges.length;
// @ts-expect-error: no such vocabulary
const unspoken = () => translate({}, "ga5");
// @ts-expect-error: an unknown option
const misspelt = () => score(events, { exlpain: true });
// @ts-expect-error: an event has a time
const timeless: Event = { type: "page_view" };
// @ts-expect-error: durations have a unit
const unitless: ScoringModel["session_timeout"] = "30";
// @ts-expect-error: visitors come from a scorer
const impossible = () => new Visitor();

console.log(JSON.stringify({ value, rejections, labels, comes, needed, followed: follow(new Scorer(model)).events, code, matches: matches(where, { path: "/pricing", session: { channel: "direct" } }), translated, unused: [misspelt, timeless, unitless, impossible, unspoken].length }));
