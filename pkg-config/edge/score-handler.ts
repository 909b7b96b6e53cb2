// scoreHandler: an address that answers a list of events with their assessment. It keeps nothing and knows no visitor.

import { score } from "warmlead";
import type { ScoreHandlerOptions } from "../types/edge.d.ts";
import type { Event, ScoreOptions, WarmleadError } from "../types/warmlead.d.ts";
import { readJson, type Refusal, refusal } from "./body.ts";
import { complain, invalidInput, known } from "./failure.ts";
import * as options from "./options.ts";

/** What fits several times over into the events that a visitor may have, and keeps one request from taking a server's time. */
const MAX_BYTES = 1 << 20;
/** How long a browser may remember that it may ask, in seconds: a day, which is as long as any does. */
const PREFLIGHT_AGE = 86_400;
/** So many milliseconds ahead of the clock may be asked about: ten years. To pass all days up to some far time would be work without end. */
const FARTHEST = 3_650 * 86_400_000;

const KEYS = ["events", "visitor", "traits", "now", "explain"];

/** What the site itself must mend: nothing is wrong with the request. */
const OURS = ["INTERNAL", "UNSUPPORTED_RUNTIME", "MODULE_NOT_LOADED", "INVALID_MODEL"];

export function scoreHandler(given?: ScoreHandlerOptions): (request: Request) => Promise<Response> {
  const { model, cors, maxBytes } = options.read(given, ["model", "cors", "maxBytes"]);
  const most = options.whole(maxBytes, "/maxBytes", MAX_BYTES, 1, 64 << 20);
  const allowed = originsOf(cors);
  const own = model === undefined ? {} : { model };
  try {
    score([], own);
  } catch (error) {
    // A bad model is the site's mistake, and shows before anyone asks. A runtime that can't score is told to each who does.
    if ((error as WarmleadError).code === "INVALID_MODEL") throw error;
  }

  async function answer(request: Request): Promise<Response> {
    if (request.method === "OPTIONS" && allowed) return new Response(null, { status: 204, headers: preflight });
    if (request.method !== "POST") throw refusal(405, "WRONG_METHOD", "send events by POST");
    const { events, ...asked } = question(await readJson(request, most));
    // How a time may be written, `score` knows; without events it says so at once.
    const at = typeof asked.now === "string" ? score([], { now: asked.now, ...own }).at : asked.now;
    if (Number(at) > Date.now() + FARTHEST) throw invalidInput("/now", "`now` lies more than ten years ahead; ask about a time before that");
    return json(200, score(events, { ...asked, ...own }));
  }

  return async (request) => {
    const response = await answer(request).catch((error: unknown) => refused(error, allowed !== null));
    return allowed ? shared(response, request.headers.get("origin"), allowed) : response;
  };
}

const preflight = { "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type", "Access-Control-Max-Age": String(PREFLIGHT_AGE) };

/** What is asked, if it is an object with none but known keys. What its values may be, `score` says. */
function question(body: unknown): ScoreOptions & { events: Event[] } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalidInput("", "the body must be an object with `events`, and perhaps `visitor`, `traits`, `now`, `explain`");
  }
  for (const key of Object.keys(body)) {
    if (!KEYS.includes(key)) throw invalidInput(`/${key}`, `unknown key \`${key}\`; the keys are ${KEYS.join(", ")}`);
  }
  // As everywhere in events, `null` is the same as leaving a key out.
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as ReturnType<typeof question>;
}

function refused(thrown: unknown, withCors: boolean): Response {
  const { status, code, path, message } = isRefusal(thrown) ? thrown : asRefusal(thrown);
  return json(status, { code, path, message }, code === "WRONG_METHOD" ? { Allow: withCors ? "POST, OPTIONS" : "POST" } : {});
}

function asRefusal(thrown: unknown): Refusal {
  const { code, path, message } = known(thrown);
  const ours = OURS.includes(code);
  if (ours) complain(thrown);
  return { status: ours ? 500 : 400, code, path, message };
}

function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "status" in thrown;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers } });
}

/** The origins that may ask from their pages: `null` for none but the site's own. */
function originsOf(cors: unknown): readonly string[] | null {
  if (cors === undefined || cors === null) return null;
  const list: unknown[] = Array.isArray(cors) ? cors : [cors];
  for (const origin of list) {
    if (origin !== "*" && (typeof origin !== "string" || !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/i.test(origin))) {
      throw invalidInput("/cors", 'each of `cors` must be an origin such as `https://acme.example`, or "*"');
    }
  }
  return list as string[];
}

function shared(response: Response, origin: string | null, allowed: readonly string[]): Response {
  if (allowed.includes("*")) {
    response.headers.set("Access-Control-Allow-Origin", "*");
    return response;
  }
  response.headers.append("Vary", "Origin");
  if (origin !== null && allowed.includes(origin)) response.headers.set("Access-Control-Allow-Origin", origin);
  return response;
}
