// What all scorers are measured with: a scoring model of so many rules and a visitor's events, the same each time. The model keeps to what every one of them can
// express (the common subset); whatever they make of it must be the same. It knows no scorer.
//
// The common subset: an event has an id of its own, a type, a time, perhaps a path, flat properties, and traits that it sets. A rule on events gives whole points for
// each event of one type whose fields, and the traits as of then, satisfy a condition (equality, a path's prefix, a number's lower bound), perhaps only so many times.
// A rule on the visitor gives points while a counter has reached a threshold, a trait has a value, or both. A counter counts events of one type, perhaps those with a
// path or a path's prefix. Points add up; stages ask for scores and counters, and nobody falls back. Nothing fades; no window, session, group or cap; events come in
// order and once.

const START = 1_769_000_000_000;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const PER_VISIT = 10;
/** The pages that everybody's rules look at. */
const KEY_PAGES = 12;
const COUNTRIES = 60;
const ROLES = 15;
const SIZES = [10, 50, 200, 500, 1000, 5000];

/** What is counted: all views, those of all key pages, of each key page, and forms and carts. */
const signals = {
  views: { on: "page_view" },
  keys: { on: "page_view", where: { path: { $glob: "/key/*" } } },
  forms: { on: "form_submit" },
  carts: { on: "add_to_cart" },
  ...Object.fromEntries(Array.from({ length: KEY_PAGES }, (_, page) => [`k${page}`, { on: "page_view", where: { path: keyPage(page) } }])),
};
const counters = Object.keys(signals);

/**
 * A model with so many rules (a multiple of ten), in Warmlead's form. It grows as models do: more pages, sections, forms and items get rules of their own,
 * and more segments (by country, role, company size) weigh the same behaviour differently.
 */
export function modelOf(rules) {
  return {
    id: "bench",
    version: "1",
    scores: { engagement: {}, fit: {} },
    signals,
    rules: Array.from({ length: rules }, (_, n) => ({ id: `r${n.toString(36)}`, ...ruleAt(n) })),
    stages: [
      { id: "lead", when: { "scores.engagement": { $gte: 20 } } },
      { id: "mql", when: { "scores.engagement": { $gte: 150 }, "signals.forms": { $gte: 3 } } },
    ],
    mql: "mql",
  };
}

/**
 * The same rules with what no other scorer here knows: points that fade, windows, limits by days, a group with a cap, sessions, a stage that is left again, an action.
 */
export function fullModelOf(rules) {
  const common = modelOf(rules);
  const window = (signal) => ({ ...signal, within: "30d" });
  const [lead, mql] = common.stages;
  return {
    ...common,
    id: "bench-full",
    scores: { engagement: { decay: { half_life: "14d" }, groups: { docs: { max: 40 } } }, fit: { max: 100 } },
    signals: { ...Object.fromEntries(Object.entries(signals).map(([name, signal]) => [name, window(signal)])), visits: { on: "*", measure: "sessions", within: "90d" } },
    // The first thousand only: the largest model is as long as a model may be.
    rules: common.rules.map((rule, n) => (rule.limit && n < 1000 ? { ...rule, group: "docs", limit: { times: 3, per: "7d" } } : rule)),
    stages: [lead, { ...mql, when: { ...mql.when, "signals.visits": { $gte: 2 } }, exit: { "scores.engagement": { $lt: 50 } } }],
    actions: [{ id: "chat", when: { stage: "mql" }, do: { type: "chat" }, limit: { times: 1, per: "7d" } }],
  };
}

function ruleAt(n) {
  const ten = Math.floor(n / 10);
  switch (n % 10) {
    case 0:
      return { on: "page_view", where: { path: `/p-${ten}` }, points: 1 };
    case 1:
      return { on: "page_view", where: { path: { $glob: `/docs-${ten}/*` } }, points: 2, limit: { times: 3 } };
    case 2:
      return { on: "form_submit", where: { "properties.form": `f-${ten}` }, points: 5 };
    case 3:
      return { on: "add_to_cart", where: { "properties.item": `i-${ten}`, "properties.value": { $gte: 50 } }, points: 4 };
    case 4:
      return { on: "page_view", where: { path: keyPage(ten % KEY_PAGES), ...segment(n) }, points: 2 };
    case 9:
      return { when: segment(n), points: 3 };
    default:
      return { score: "engagement", when: { [`signals.${counters[noise(n) % counters.length]}`]: { $gte: 1 + (noise(n + 77) % 40) }, ...segment(n) }, points: 1 };
  }
}

/** Who a rule is for. */
function segment(n) {
  const pick = noise(n + 500_000);
  if (pick % 4 === 0) return { "traits.size": { $gte: SIZES[(pick >> 2) % SIZES.length] } };
  if (pick % 4 === 1) return { "traits.role": `R${(pick >> 2) % ROLES}` };
  return { "traits.country": `C${(pick >> 2) % COUNTRIES}` };
}

function keyPage(page) {
  return `/key/${page}`;
}

/**
 * The events with the numbers from `from` up to `to` of one visitor. A visit of ten events, 20 seconds apart, begins every six hours. Of 20 events 10 see
 * a page that has rules (4 a key page), 3 another page, 3 send a form, 2 fill the cart, 2 scroll; every 50th sets traits;
 * so does the first, if it is said to be the first that there is.
 */
export function eventsOf(rules, from, to, first = from === 0) {
  return Array.from({ length: to - from }, (_, n) => ({ id: idOf(from + n), ...what(from + n, rules, first && n === 0), time: timeOf(from + n) }));
}

const timeOf = (n) => START + Math.floor(n / PER_VISIT) * 6 * HOUR + (n % PER_VISIT) * 20 * SECOND;

/** A UUID of version 7, as an event of a page has it. */
function idOf(n) {
  const hex = (number, digits) => number.toString(16).padStart(digits, "0");
  const time = hex(timeOf(n), 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(noise(n + 3_000_017) & 0xfff, 3)}-8${hex(noise(n + 4_000_037) & 0xfff, 3)}-${hex(noise(n + 5_000_011), 6)}${hex(noise(n + 6_000_011), 6)}`;
}

function what(n, rules, first) {
  const pick = noise(n + 1_000_003);
  if (first || n % 50 === 0) {
    const country = `C${pick % COUNTRIES}`;
    return { type: "identify", traits: { country, role: `R${(pick >> 6) % ROLES}`, size: SIZES[(pick >> 10) % SIZES.length] + 5 } };
  }
  // Some pages are seen more often than others.
  const own = pick % 4 === 0 ? pick % Math.min(rules / 10, 5) : pick % (rules / 10);
  const chance = noise(n) % 20;
  if (chance < 2) return { type: "scroll", path: `/p-${own}`, properties: { percent: 90 } };
  if (chance < 5) return { type: "page_view", path: `/blog/${pick % 1000}` };
  if (chance < 7) return { type: "page_view", path: `/docs-${own}/s/${pick % 100}` };
  if (chance < 11) return { type: "page_view", path: keyPage((pick >> 3) % KEY_PAGES) };
  if (chance < 15) return { type: "page_view", path: `/p-${own}` };
  if (chance < 18) return { type: "form_submit", path: "/contact", properties: { form: `f-${own}` } };
  return { type: "add_to_cart", path: "/shop", properties: { item: `i-${own}`, value: pick % 100, currency: "EUR" } };
}

/** A whole number that looks like chance and is always the same for n. */
function noise(n) {
  let x = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 4) & 0xffffff;
}
