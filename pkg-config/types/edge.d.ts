/**
 * Scores visitors where a site's requests are answered: on Cloudflare Workers, in Next.js, on Deno and Bun, wherever a function takes a
 * `Request` and gives a `Response`. No script runs in the browser; a signed first-party cookie remembers.
 *
 * @example
 * import { withScore } from "warmlead/edge";
 *
 * export default {
 *   fetch: withScore(
 *     async (request, env) => {
 *       const stage = request.warmlead.assessment?.stage;
 *       return new Response(stage === "mql" ? talkToUs : welcome, { headers: { "Content-Type": "text/html" } });
 *     },
 *     { secret: (request, env) => env.WARMLEAD_SECRET, consent: (request) => hasAgreed(request) },
 *   ),
 * };
 *
 * @packageDocumentation
 */

import type { Assessment, ScoringModel, ScoringModelJson, WarmleadError } from "./warmlead.js";

/** A request with its visitor on it. */
export type Scored<Given extends Request = Request> = Given & { readonly warmlead: EdgeVisitor };

/** Why a cookie of the right name was not believed. The visitor then starts anew. */
export type CookieRefusal =
  /** No token at all, or one cut short. */
  | "malformed"
  /** Of a version of Warmlead that this one doesn't know. */
  | "version"
  /** Signed by nobody whom the site's secrets name: tampered with, cut, or another site's. */
  | "signature"
  /** Too old. Browsers don't send those. */
  | "expired"
  /** Signed by this site, yet not readable here, such as a compressed one where the runtime has no `DecompressionStream`. */
  | "unreadable";

/** Details of an event. */
export interface EdgeEventDetails {
  /** What it says about the visitor. */
  traits?: Record<string, unknown>;
  /** Whether it happened away from the site: it then neither starts nor extends a session. */
  offsite?: boolean;
  /** Default: the request's address. */
  url?: string;
  /** The page's title. */
  title?: string;
  /** Default: the `Referer` of the request. */
  referrer?: string;
}

/** The visitor of a request. No method throws, and nothing that fails in here reaches the page: look at `error`. */
export interface EdgeVisitor {
  /** The visitor's id: random, kept only with consent. */
  readonly visitor: string;
  /**
   * The assessment of now, this request's page view included. Worked out when it is first looked at; a request that doesn't look pays nothing for it.
   * `forgotten` says what no longer fitted into the cookie. `null` if something is wrong: see `error`.
   */
  readonly assessment: Assessment | null;
  /** The visitor document that the model's conditions see: for `matches` of `warmlead`. `null` as above. */
  readonly document: Record<string, unknown> | null;
  /** The first thing that went wrong with this request; else `null`. */
  readonly error: WarmleadError | null;
  /** Why the cookie that came with the request was not believed; `null` if it was, or none came. */
  readonly refused: CookieRefusal | null;
  /** `null`: not chosen yet. */
  readonly consentGiven: boolean | null;
  /**
   * Records an event. Only until the response is returned: the cookie goes with its headers.
   * @param type A name of `docs/events.md`, of another vocabulary there, or any other.
   */
  track(type: string, properties?: object, details?: EdgeEventDetails): void;
  /** Records traits of the visitor, such as `{ email, role, company: { size: 120 } }`. */
  identify(traits: Record<string, unknown>): void;
  /**
   * Records the visitor's choice. With at least one `true`, this request and those that follow are kept. With none, consent is refused: the cookie
   * goes, and so does the visitor's id. Where the browser sends Global Privacy Control, `marketing` counts as `false` unless named here.
   */
  consent(choice: Record<string, boolean>): void;
  /** Removes the cookie and starts over with a new visitor: for signing out, and for “forget me”. */
  forget(): void;
}

/** Options of {@link withScore}. `Rest` is whatever the runtime gives a handler beside the request. */
export interface WithScoreOptions<Given extends Request = Request, Rest extends unknown[] = unknown[]> {
  /** The scoring model; the shipped default if it is missing. Do not change it afterwards. */
  model?: ScoringModel | ScoringModelJson;
  /**
   * What signs the cookie: at least 32 random bytes that only the site knows (`openssl rand -base64 32`), or several such, of which the first signs and
   * all are believed. Or a function that gives them: a worker gets its secrets with the request.
   */
  secret: string | readonly string[] | ((request: Given, ...rest: Rest) => string | readonly string[] | Promise<string | readonly string[]>);
  /**
   * Whether the visitor may be remembered. Without consent no cookie is set, and one that is there is removed unread.
   *
   * - `"ask"` (default): not before the handler says so by {@link EdgeVisitor.consent}. The cookie itself then keeps the consent.
   * - `"given"`: no consent is needed, or every request has it.
   * - A function, which a site with a consent manager gives: `true` or `false`, or the choice by purpose, on which the model's `requires` and `consent` rest.
   */
  consent?: "ask" | "given" | ((request: Given, ...rest: Rest) => boolean | Record<string, boolean> | Promise<boolean | Record<string, boolean>>);
  /**
   * Whether page views are recorded. Default `true`: for requests of which {@link isPageView} says so. A function decides for itself, and may say
   * more of the page. Either way, a page view counts only if the answer is a page: HTML, and neither a redirect nor an error.
   */
  pageViews?: boolean | ((request: Given, ...rest: Rest) => boolean | EdgeEventDetails);
  /** How the cookie looks. */
  cookie?: CookieOptions;
  /** Whether assessments have their receipt. Default `false`. */
  explain?: boolean;
}

/** How the cookie looks. It always is `HttpOnly`, `Secure`, `SameSite=Lax` and `Path=/`. */
export interface CookieOptions {
  /** Default `__Host-warmlead`, which browsers take from this very host alone; `__Secure-warmlead` with a `domain`. */
  name?: string;
  /** For a site on several hosts: the domain that they share. */
  domain?: string;
  /** For how many seconds after the last visit a visitor is remembered. Default 180 days, at most 400 days. */
  maxAge?: number;
  /** The most that the cookie may take with its attributes. Default and maximum 4096, at least 1024. Browsers send it with every request, images included. */
  maxBytes?: number;
}

/**
 * Wraps a handler: puts the visitor on each request, as `request.warmlead`, and keeps what happened in a signed cookie on the response.
 *
 * A response that sets the cookie, or whose handler has looked at the visitor, becomes `Cache-Control: private`.
 *
 * @throws {WarmleadError} `INVALID_MODEL` with all `problems`, `INVALID_INPUT` for bad options. The function that it gives back throws only what
 * the handler throws.
 */
export function withScore<Given extends Request, Rest extends unknown[], Answer>(
  handler: (request: Scored<Given>, ...rest: Rest) => Answer | Promise<Answer>,
  options: WithScoreOptions<Given, Rest>,
): (request: Given, ...rest: Rest) => Promise<Answer>;

/**
 * Whether a request is a page view: a person's browser navigating to a document by `GET`. Not those for images, scripts and data, not prefetches
 * and previews, not robots that say what they are.
 */
export function isPageView(request: Request): boolean;

/** Options of {@link scoreHandler}. */
export interface ScoreHandlerOptions {
  /** The scoring model; the shipped default if it is missing. Do not change it afterwards. */
  model?: ScoringModel | ScoringModelJson;
  /** From whose pages browsers may ask: origins such as `"https://acme.example"`, or `"*"`. Default: the site's own alone. */
  cors?: string | readonly string[];
  /** The largest body in bytes. Default 1 MiB. */
  maxBytes?: number;
}

/**
 * Answers `POST` of `{ events, visitor?, traits?, now?, explain? }` with what `score` of `warmlead` says, `rejected` included. Keeps nothing.
 *
 * Errors are `{ code, path, message }`: 400 for what can't be understood, 405, 413, 415, and 500 for what the site must mend.
 *
 * @throws {WarmleadError} `INVALID_MODEL` with all `problems`, `INVALID_INPUT` for bad options.
 *
 * @example
 * export default { fetch: scoreHandler({ model }) };
 */
export function scoreHandler(options?: ScoreHandlerOptions): (request: Request) => Promise<Response>;
