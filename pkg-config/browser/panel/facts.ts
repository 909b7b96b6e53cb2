// The sections below the scores, each a list of facts as it follows from what the client shows: visit, signals, stages, actions, sync, events.
// It does not know where they are put.

import type { Assessment } from "../../types/warmlead.js";
import type { Warmlead } from "../../types/browser.js";
import { element } from "../actions/element.js";
import { count, second, span, time } from "./format.js";
import { described, stageName, type Model } from "./model.js";

/** An event as the list of the last events shows it. */
export interface Seen { id?: string; type: string; time: number; url?: string; path?: string }

interface Session { number?: number; active?: boolean; channel?: string; source?: string; medium?: string; campaign?: string; entry_path?: string; referrer_host?: string; pageviews?: number; events?: number; seconds?: number }
/** The parts of the visitor document that are shown. */
export interface Document { session?: Session | null; first?: Session | null; signals?: Record<string, unknown>; traits?: Record<string, unknown> }

/** What a section shows. */
export type Facts = (string | Node)[][] | string;

export function visit({ session, first }: Document): Facts {
  if (!session) return "No visit yet.";
  const facts = [
    ["channel", origin(session)],
    ["visit", [`no. ${count(session.number ?? 1)}`, session.active === false ? "over" : session.active && "active"].filter(Boolean).join(", ")],
    ["so far", `${plural(session.pageviews ?? 0, "page")}, ${plural(session.events ?? 0, "event")}, ${span(session.seconds ?? 0)}`],
  ];
  if (session.entry_path) facts.push(["entry", session.entry_path]);
  if (session.referrer_host) facts.push(["from", session.referrer_host]);
  if (first?.channel && (session.number ?? 1) > 1) facts.push(["first visit", origin(first)]);
  return facts;
}

export function signals({ signals = {} }: Document, model: Model): Facts {
  const named = Object.entries(signals).filter(([, value]) => value !== null && value !== undefined);
  if (named.length === 0) return "This model has no signals.";
  return named.map(([name, value]) => [tip(name, model.signals?.[name]?.description), typeof value === "number" ? count(value) : written(value)]);
}

export function traits({ traits = {} }: Document): Facts {
  const known = Object.entries(traits);
  return known.length === 0 ? "Nothing known yet." : known.map(([name, value]) => [name, written(value)]);
}

export function stages({ transitions }: Assessment, events: readonly Seen[]): Facts {
  if (transitions.length === 0) return "No change of stage yet.";
  const types = new Map(events.map(({ id, type }) => [id, type]));
  return [...transitions].reverse().map(({ from, to, at, event }) => [
    element("span", {}, `${stageName(from)} → `, element("b", {}, stageName(to))),
    `at ${time(at)} ${event === null ? "as time passed" : `by ${types.get(event) ?? `event ${event.slice(-6)}`}`}`,
  ]);
}

export function actions({ show, held_out }: Assessment, model: Model): Facts {
  const open = document.querySelector<HTMLElement>("warmlead-overlay")?.dataset["action"];
  const due = show.map(({ id }) => id);
  const facts = [
    ...(open !== undefined && !due.includes(open) ? [[tip(open, described(model.actions, open)), "open"]] : []),
    ...show.map(({ id, do: what }) => [tip(id, described(model.actions, id)), `${id === open ? "open" : "may be shown"}${typeof what["type"] === "string" ? ` (${what["type"]})` : ""}`]),
    ...held_out.map((id) => [tip(id, described(model.actions, id)), "held out (control group)"]),
  ];
  return facts.length > 0 ? facts : "None is due.";
}

const VERDICTS = {
  same: "same: it replayed the events and got this score",
  "fewer events": "fewer events: it has some that this tab lacks",
  refuted: "refuted: it got another score from the same events",
};

export function sync({ queue, consentGiven }: Warmlead): Facts {
  const facts = [
    ["queue", `${count(queue.waiting)} waiting, ${count(queue.acknowledged)} acknowledged`],
    ["verdict", queue.verdict ? VERDICTS[queue.verdict] : "not asked for yet"],
    ["kept in", queue.store === "indexeddb" ? "IndexedDB" : "memory only"],
    ["consent", consentGiven === null ? "not chosen yet: nothing is stored or sent" : consentGiven ? "given" : "refused: nothing is stored or sent"],
  ];
  if (queue.dropped > 0) facts.splice(1, 0, ["dropped", plural(queue.dropped, "event")]);
  if (!queue.online) facts.push(["network", "offline"]);
  if (queue.retryAt !== null) {
    const seconds = Math.max(0, Math.ceil((queue.retryAt - Date.now()) / 1000));
    facts.push(["next try", seconds > 0 ? `in ${span(seconds)}` : "now"]);
  }
  return facts;
}

export function identity({ visitor }: Warmlead, assessment: Assessment | null): Facts {
  const facts = visitor ? [["visitor", element("code", {}, visitor)]] : [];
  if (assessment) facts.push(["model", element("code", {}, `${assessment.model.id} @ ${assessment.model.version}`)], ["digest", element("code", {}, assessment.digest)]);
  return facts;
}

export function lastEvents(events: readonly Seen[]): Facts {
  return events.map(({ type, time: at, url, path }) => [element("span", {}, element("b", {}, type), " ", element("bdi", {}, path ?? pathOf(url))), second(at)]);
}

/** A name that says more when it is pointed at. */
function tip(name: string, description: string | undefined): Node {
  return element("span", { title: description }, name);
}

/** A value in one line: text as it is, anything else as JSON. */
function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Where a visit came from, in words: "direct", or "paid search: google / cpc, spring". */
function origin({ channel, source, medium, campaign }: Session): string {
  const details = [source && medium && source !== "(direct)" && `${source} / ${medium}`, campaign !== "(not set)" && campaign].filter(Boolean).join(", ");
  return `${channel?.replaceAll("_", " ") ?? "unknown"}${details ? `: ${details}` : ""}`;
}

function pathOf(url = ""): string {
  try {
    return new URL(url, document.baseURI).pathname;
  } catch {
    return url;
  }
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
