// Small sites that differ in their options, for the tests: as a worker in workerd, and called in Node. What their handler does with a visitor
// a request says in `x-do`, what kind of answer it gives in `x-answer`; it answers with what it has seen.

import { WarmleadError } from "warmlead";
import { isPageView, scoreHandler, withScore } from "warmlead/edge";

export const secrets = ["first-secret-of-the-tests-0123456789", "older-secret-of-the-tests-0123456789"];

/** Page views count 1, on /pricing 10; carts 5; two actions, one of them only with consent to marketing. */
export const model = {
  id: "edge", version: "1",
  scores: { engagement: {} },
  rules: [
    { id: "view", on: "page_view", points: 1 },
    { id: "pricing", on: "page_view", where: { path: "/pricing" }, points: 10 },
    { id: "cart", on: "add_to_cart", points: 5 },
  ],
  stages: [{ id: "warm", when: { "scores.engagement": { $gte: 10 } } }, { id: "mql", when: { "traits.email": { $exists: true } } }],
  mql: "mql",
  actions: [
    { id: "chat", when: { "scores.engagement": { $gte: 10 } }, do: { type: "chat" }, after_dismiss: "ever", priority: 2 },
    { id: "offer", when: {}, do: { type: "banner" }, requires: ["marketing"] },
  ],
};

const answers = {
  page: (body) => new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", "X-Own": "kept" } }),
  cached: (body) => new Response(body, { headers: { "Content-Type": "text/html", "Cache-Control": "public, max-age=60, s-maxage=600", "CDN-Cache-Control": "max-age=600" } }),
  cookies: (body) => new Response(body, { headers: [["Content-Type", "text/html"], ["Set-Cookie", "own=1; Path=/"], ["Set-Cookie", "other=2"]] }),
  data: (body) => new Response(body, { headers: { "Content-Type": "application/json" } }),
  missing: (body) => new Response(body, { status: 404, headers: { "Content-Type": "text/html" } }),
  redirect: () => Response.redirect("https://acme.example/next", 302),
  unchanged: () => new Response(null, { status: 304 }),
  nothing: () => new Response(null, { status: 204 }),
  read: async (body) => {
    const response = new Response(body, { headers: { "Content-Type": "text/html" } });
    await response.clone().text();
    await response.text();
    return response;
  },
};

/** Says what it has seen, and keeps it, for answers without a body. */
async function handler(request, ...rest) {
  const answer = answers[request.headers.get("x-answer") ?? "page"];
  const visitor = request.warmlead;
  for (const [method, ...given] of JSON.parse(request.headers.get("x-do") ?? "[]")) {
    if (method === "throw") throw new RangeError("the handler's own");
    visitor[method](...given);
  }
  if (request.headers.has("x-blind")) return answer("not looked");
  const { assessment, consentGiven, error, refused, visitor: id } = visitor;
  const { document } = request.headers.has("x-document") ? visitor : {};
  const told = error && { code: error.code, path: error.path, typed: error instanceof WarmleadError };
  return answer(JSON.stringify({ id, assessment, consentGiven, refused, document, error: told, rest: rest.length }));
}

const secret = (request, env) => env.SECRET.split(" ");
const cookies = (request) => request.headers.get("cookie") ?? "";

export const sites = {
  ask: withScore(handler, { model, secret: secrets[0] }),
  given: withScore(handler, { model, secret: secrets[0], consent: "given" }),
  env: withScore(handler, { model, secret, consent: "given" }),
  rotated: withScore(handler, { model, secret: ["a-newer-secret-of-the-tests-0123456789", secrets[0]], consent: "given" }),
  stranger: withScore(handler, { model, secret: secrets[1], consent: "given" }),
  renamed: withScore(handler, { model, secret: secrets[0], consent: "given", cookie: { name: "lead" } }),
  brief: withScore(handler, { model, secret: secrets[0], consent: "given", cookie: { maxAge: 1 } }),
  small: withScore(handler, { model, secret: secrets[0], consent: "given", cookie: { maxBytes: 1024, domain: "acme.example" } }),
  // As a consent manager would tell: `agreed=yes` to everything, or the purposes themselves.
  agreed: withScore(handler, { model, secret: secrets[0], consent: (request) => /\bagreed=yes\b/.test(cookies(request)) }),
  purposes: withScore(handler, { model, secret: secrets[0], consent: async (request) => JSON.parse(/purposes=([^;]*)/.exec(cookies(request))?.[1] ?? "{}") }),
  unsure: withScore(handler, { model, secret: secrets[0], consent: () => { throw new Error("no idea"); } }),
  unsigned: withScore(handler, { model, secret: () => undefined, consent: "given" }),
  explained: withScore(handler, { model, secret: secrets[0], consent: "given", explain: true }),
  silent: withScore(handler, { model, secret: secrets[0], consent: "given", pageViews: false }),
  titled: withScore(handler, { model, secret: secrets[0], consent: "given", pageViews: (request) => isPageView(request) && { title: "Shop", url: "https://shop.example/pricing" } }),
  score: scoreHandler({ model, maxBytes: 10_000 }),
  scoreShared: scoreHandler({ model, cors: ["https://acme.example", "https://blog.acme.example"] }),
  scoreOpen: scoreHandler({ cors: "*" }),
};

export default {
  fetch: (request, env, context) => sites[request.headers.get("x-site")](request, env, context),
};
