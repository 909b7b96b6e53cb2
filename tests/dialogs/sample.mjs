// What a client says about a visitor at three moments, for the panel to show: before any consent, as a lead, and as an MQL one step later.
// Scores are summed up from the receipts, so they add up as real ones do.

const model = {
  id: "b2b-saas", version: "1", mql: "mql", stages: [{ id: "lead" }, { id: "mql" }, { id: "sql" }],
  scores: {
    engagement: { max: 100, grades: [{ from: 60, label: "1" }, { from: 35, label: "2" }, { from: 15, label: "3" }, { from: 0, label: "4" }] },
    fit: { max: 100, grades: [{ from: 60, label: "A" }, { from: 40, label: "B" }, { from: 20, label: "C" }, { from: 0, label: "D" }] },
    overall: { of: { engagement: 0.5, fit: 0.5 } },
  },
  rules: [{ id: "pricing", description: "The price matters to those who might pay it." }],
  signals: { visits_30d: { description: "Visits in the last 30 days." } },
};

const rule = (rule, group, matches, counted, points) => ({ rule, group, matches, counted, points });
const total = (lines) => lines.reduce((sum, { points }) => sum + Math.round(points * 1000), 0) / 1000;
const gradeOf = (grades = [], value) => grades.find(({ from }) => value >= from)?.label ?? null;

/** An assessment whose scores follow from its receipt. */
function assessment(receipt, more) {
  const scores = Object.fromEntries(Object.entries(receipt).map(([name, lines]) => {
    const value = total(lines);
    return [name, { value, grade: gradeOf(model.scores[name].grades, value), max: model.scores[name].max ?? null }];
  }));
  return {
    model: { id: model.id, version: model.version }, visitor: "0199c1f2-7d3a-7c44-9b60-5f1e2a9d0c11", at: Date.now(), events: 21, digest: "9f3c20d15be87a04",
    grade: `${scores.fit.grade}${scores.engagement.grade}`, disqualified: [], show: [], held_out: [], ...more, scores, receipt,
  };
}

const today = (hours, minutes) => new Date().setHours(hours, minutes, 9, 0);
const overall = (engagement, fit) => [{ score: "engagement", points: engagement / 2 }, { score: "fit", points: fit / 2 }];

const fit = [rule("country-core", null, 1, 1, 20), rule("size-core", null, 1, 1, 25), rule("email-business", null, 1, 1, 15)];
const engagement = [
  rule("product-page", "content", 3, 3, 7.098), rule("reading", "content", 8, 8, 15.25), rule("campaign-visit", "campaigns", 1, 1, 3), rule("pricing", "intent", 2, 2, 16),
  rule("demo", "intent", 1, 1, 11.8), rule("cart", "cart", 1, 1, 2.45), { adjustment: "group", group: "content", points: -2.348 },
];
const later = engagement.map((line) => (line.rule === "pricing" ? rule("pricing", "intent", 5, 3, 24) : line)).concat(rule("silence", null, 1, 1, 0));

const document = {
  session: { number: 3, active: true, channel: "paid_search", source: "google", medium: "cpc", campaign: "spring", entry_path: "/product/desk-sensors", referrer_host: "www.google.com", pageviews: 7, events: 12, seconds: 412 },
  first: { number: 1, channel: "organic_search", source: "google", medium: "organic", campaign: "(not set)" },
  signals: { visits_30d: 3, pages_read_7d: 8, downloads: 0, buying_signs_30d: 2, hand_raises_30d: 0 },
  traits: { email: "ada@analytical.example", country: "GB", company: { size: 120 } },
};

const lead = { from: "visitor", to: "lead", at: today(9, 41), event: "e7" };
const queue = { sends: true, waiting: 0, acknowledged: 38, dropped: 0, store: "indexeddb", online: true, verdict: "same", retryAt: null };

export const before = { status: "running", visitor: "0199c1f2-7d3a-7c44-9b60-5f1e2a9d0c11", model, document: { signals: {}, traits: {} }, assessment: assessment({ engagement: [], fit: [], overall: [] }, { stage: "visitor", stage_since: null, mql: false, mql_at: null, transitions: [], events: 0 }), consentGiven: null };

export const asLead = {
  status: "running", visitor: before.visitor, model, document, queue, consentGiven: true,
  assessment: assessment({ engagement, fit, overall: overall(total(engagement), total(fit)) }, { stage: "lead", stage_since: lead.at, mql: false, mql_at: null, transitions: [lead] }),
};

export const asMql = {
  ...asLead,
  queue: { ...queue, waiting: 3, acknowledged: 41, online: false, dropped: 1, verdict: "fewer events", retryAt: Date.now() + 3_600_000 },
  assessment: assessment({ engagement: later, fit, overall: overall(total(later), total(fit)) }, {
    stage: "mql", stage_since: today(9, 52), mql: true, mql_at: today(9, 52), events: 24,
    transitions: [lead, { from: "lead", to: "mql", at: today(9, 52), event: "0199c1f2-7d3a-7c44-9b60-5f1e2a9d0d57" }],
    show: [{ id: "sales-chat", priority: 20, do: { type: "chat" } }], held_out: ["ebook-banner"],
  }),
};
