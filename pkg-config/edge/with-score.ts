// withScore: a request comes, its visitor's assessment is put on it, the site's own handler answers, and what happened is kept in a cookie.
// Whatever goes wrong in here, the handler answers.

import { Scorer } from "warmlead";
import type { EdgeVisitor, Scored, WithScoreOptions } from "../types/edge.d.ts";
import type { WarmleadError } from "../types/warmlead.d.ts";
import { allows, readChoice } from "../browser/consent.ts";
import { Cookie } from "./cookie.ts";
import { complain, invalidInput, known } from "./failure.ts";
import { keep } from "./keep.ts";
import { checkSecrets, type Keys, keysOf } from "./keys.ts";
import * as options from "./options.ts";
import { isPage, isPageView } from "./page.ts";
import { isChangeable, personal } from "./response.ts";
import { type Kept, open } from "./token.ts";
import { type Start, Visit } from "./visit.ts";

type Handler<Given extends Request, Rest extends unknown[], Answer> = (request: Scored<Given>, ...rest: Rest) => Answer | Promise<Answer>;

export function withScore<Given extends Request, Rest extends unknown[], Answer>(
  handler: Handler<Given, Rest, Answer>,
  given: WithScoreOptions<Given, Rest>,
): (request: Given, ...rest: Rest) => Promise<Answer> {
  const site = new Site<Given, Rest>(given);
  const answer = options.handlerOf(handler);
  return async function (this: unknown, request, ...rest) {
    const visited = await site.receive(request, rest);
    try {
      const response = await answer.call(this, attach(request, visited.visit), ...rest);
      return (await site.dismiss(visited, response)) as Answer;
    } finally {
      // However it ends: a redirect of Next.js's is thrown, too.
      visited.visit.dispose();
    }
  };
}

/** A visit, and what it takes to keep it. */
interface Visited {
  visit: Visit;
  keys: Keys | null;
  /** The id of this request's page view. */
  page: string | undefined;
  /** Whether the browser has a cookie of ours. */
  hadCookie: boolean;
}

class Site<Given extends Request, Rest extends unknown[]> {
  readonly #options: Partial<WithScoreOptions<Given, Rest>>;
  readonly #cookie: Cookie;
  readonly #explain: boolean;
  #scorer: Scorer | undefined;

  constructor(given: WithScoreOptions<Given, Rest>) {
    const known = ["model", "secret", "consent", "pageViews", "cookie", "explain"] as const;
    this.#options = options.read(given, known);
    const { consent, pageViews, secret } = this.#options;
    // One that comes with the request is looked at then.
    if (typeof secret !== "function") checkSecrets(secret);
    if (consent !== undefined && consent !== "ask" && consent !== "given" && typeof consent !== "function") {
      throw invalidInput("/consent", '`consent` must be "ask", "given", or a function of the request');
    }
    if (typeof pageViews !== "function") options.flag(pageViews, "pageViews", true);
    this.#explain = options.flag(this.#options.explain, "explain", false);
    this.#cookie = new Cookie(this.#options.cookie);
    try {
      this.#scorer = new Scorer(this.#options.model);
    } catch (error) {
      // A bad model is the site's mistake, and shows before anyone visits. A runtime that can't score is not: each request says so.
      if (!["UNSUPPORTED_RUNTIME", "MODULE_NOT_LOADED", "INTERNAL"].includes((error as WarmleadError).code)) throw error;
    }
  }

  /** The visitor of a request, with their page view. Never fails. */
  async receive(request: Given, rest: Rest): Promise<Visited> {
    const start = await this.#start(request, rest);
    const visit = new Visit(start);
    if (start.error) complain(start.error);
    let page: string | undefined;
    try {
      if (start.choice) visit.chosen(start.choice);
      const details = this.#pageView(request, rest);
      if (details) page = visit.page(details === true ? {} : details);
    } catch (error) {
      visit.fail(error);
    }
    return { visit, keys: start.keys, page, hadCookie: start.hadCookie };
  }

  /** The response, with what becomes of the visitor on it. Never fails. */
  async dismiss({ visit, keys, page, hadCookie }: Visited, response: unknown): Promise<unknown> {
    try {
      const changeable = isChangeable(response);
      visit.close(changeable && isPage(response) ? undefined : page);
      if (!changeable) return response;
      const { outcome } = visit;
      const cookie = outcome === "keep" && keys ? await keep(visit, this.#cookie, keys) : outcome === "wipe" && hadCookie ? this.#cookie.remove() : null;
      return cookie !== null || visit.asked ? personal(response, cookie) : response;
    } catch (error) {
      visit.fail(error);
      return response;
    }
  }

  async #start(request: Given, rest: Rest): Promise<Start & { keys: Keys | null; choice: Record<string, boolean> | null; hadCookie: boolean }> {
    const { headers, url } = request;
    const { consent: mode = "ask", secret } = this.#options;
    const values = this.#cookie.valuesIn(headers.get("cookie"));
    const start = {
      scorer: null,
      error: null,
      kept: null,
      refused: null,
      consent: null,
      unasked: mode === "given" || null,
      privacyControl: headers.get("sec-gpc") === "1",
      explain: this.#explain,
      place: { url, referrer: headers.get("referer") ?? undefined },
      keys: null,
      choice: null,
      hadCookie: values.length > 0,
    };
    try {
      this.#scorer ??= new Scorer(this.#options.model);
      const keys = await keysOf(typeof secret === "function" ? await secret(request, ...rest) : secret);
      const said = typeof mode === "function" ? await mode(request, ...rest) : mode === "given" || null;
      const choice = typeof said === "object" ? said : null;
      const agreed = choice ? allows(readChoice(choice, start.privacyControl)) : said === true;
      // Where a site answers for the visitor's consent, its answer is the last word; where it does not, a cookie of ours is there only by consent.
      const mayRead = agreed || mode === "ask";
      const { kept, refused } = mayRead ? await this.#read(values, keys) : { kept: null, refused: null };
      const consent = mode === "ask" ? kept !== null || null : agreed;
      return { ...start, scorer: this.#scorer, kept, refused, consent, keys, choice };
    } catch (error) {
      return { ...start, error: known(error) };
    }
  }

  async #read(values: string[], keys: Keys): Promise<{ kept: Kept | null; refused: EdgeVisitor["refused"] }> {
    let refused: EdgeVisitor["refused"] = null;
    for (const value of values) {
      const kept = await open(value, keys, this.#cookie.name, Date.now());
      if (typeof kept !== "string") return { kept, refused: null };
      refused ??= kept;
    }
    return { kept: null, refused };
  }

  #pageView(request: Given, rest: Rest) {
    const { pageViews = true } = this.#options;
    return typeof pageViews === "function" ? pageViews(request, ...rest) : pageViews && isPageView(request);
  }
}

function attach<Given extends Request>(request: Given, warmlead: EdgeVisitor): Scored<Given> {
  const property = { value: warmlead, enumerable: true, configurable: true };
  // Requests can be added to in every runtime that we know. Where one can't be, a copy can.
  const target = Object.isExtensible(request) ? request : new Request(request);
  return Object.defineProperty(target, "warmlead", property) as Scored<Given>;
}
