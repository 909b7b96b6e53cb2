// Measures what withScore adds to a request: a model of 100 rules, a visitor of so many events, in a process of its own. The parts are measured by the package's own
// calls; what is left of the whole is the cookie's. Arguments: the package's folder, and how many events; prints JSON. It knows nothing of how the report looks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { forge, read } from "../../tests/edge/token.mjs";
import { root } from "./steps.mjs";
import { visit } from "./visits.mjs";

const RULES = 100;
/** So many requests are the first ones of a process; and so many come before those that count as warm, and are counted. */
const [FIRST, WARM] = [400, 2000];
const secret = "measured-0123456789-0123456789-0123456789";
const shipped = JSON.parse(readFileSync(join(root, "src/models/b2b-saas.json"), "utf8"));
const headers = { "accept": "text/html", "sec-fetch-dest": "document", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" };

/** The shipped model with a rule for each of so many campaigns more. */
function model() {
  const campaign = (number) => ({ id: `campaign-${number}`, on: "page_view", where: { "query.utm_campaign": `campaign-${number}` }, points: 1, limit: { times: 1, per: "day" } });
  const more = Array.from({ length: RULES - shipped.rules.length }, (_, number) => campaign(number));
  return { ...shipped, rules: [...shipped.rules, ...more] };
}

/** Processor time of one of many calls, in nanoseconds: that of the whole process, so that what runs beside it on the machine doesn't count. */
async function cost(once) {
  await timed(once, WARM);
  return timed(once, WARM);
}

async function timed(once, runs) {
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run++) await once();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / runs;
}

/** What requests cost, in nanoseconds, and what they are. */
async function edge(folder, length) {
  const load = (name) => import(pathToFileURL(join(folder, name)).href);
  const [{ Scorer }, { withScore }] = [await load("warmlead.js"), await load("edge.js")];
  const options = { model: model(), secret, consent: "given" };
  const page = { headers: { "Content-Type": "text/html" } };
  let seen;
  const site = {
    scored: withScore((request) => ((seen = request.warmlead.assessment), new Response("ok", page)), options),
    kept: withScore(() => new Response("ok", page), options),
    plain: async () => new Response("ok", page),
  };
  const ask = (cookie, destination = "document") =>
    new Request("https://acme.example/pricing", { headers: { ...headers, "sec-fetch-dest": destination, ...(cookie && { cookie: `__Host-warmlead=${cookie}` }) } });
  const tokenOf = (response) => response.headers.getSetCookie()[0].split(/[=;]/)[1];

  // The cookie of someone who has been here before, and just now, as this site has made it.
  const fresh = tokenOf(await site.kept(ask()));
  const scorer = new Scorer(options.model);
  const known = scorer.visitor(read(fresh).id);
  for (const event of visit(length - 1, Date.now())) known.record(event);
  const cookie = tokenOf(await site.kept(ask(forge(fresh, { kept: known.snapshot() }, secret))));
  const { kept: snapshot } = read(cookie);
  const after = read(tokenOf(await site.scored(ask(cookie))));
  assert.equal(seen.events, length + 1);
  assert.ok(seen.scores.engagement.value > 0);
  assert.equal(after.snapshot.events.length + (after.snapshot.forgotten?.events ?? 0), length + 1);

  const withVisitor = (work) => () => {
    const visitor = scorer.visitor(after.id, snapshot);
    work?.(visitor);
    visitor.dispose();
  };
  // Before anything else is timed: the code of all that takes part is still new.
  const first = await timed(() => site.scored(ask(cookie)), FIRST);
  const decode = await cost(withVisitor());
  const plain = await cost(() => site.plain(ask(cookie)));
  const request = async (fetch, destination) => (await cost(() => fetch(ask(cookie, destination)))) - plain;
  return {
    rules: RULES,
    events: length,
    bytes: cookie.length,
    forgotten: after.snapshot.forgotten?.events ?? 0,
    decode,
    score: (await cost(withVisitor((visitor) => visitor.assess()))) - decode,
    encode: (await cost(withVisitor((visitor) => visitor.snapshot()))) - decode,
    first: first - plain,
    scored: await request(site.scored),
    kept: await request(site.kept),
    uncounted: await request(site.kept, "image"),
  };
}

const [folder, length] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ ...(await edge(folder, Number(length))), counted: { first: FIRST, warm: WARM } }));
