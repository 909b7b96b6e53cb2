// Brings the engine into the page: the module, streamed when the browser is idle, and the scoring model.
// It knows nothing of visitors and events.

import { wasm } from "warmlead-glue";
import { WarmleadError } from "../entry/error.ts";
import { call, load } from "../entry/instance.ts";
import type { Source } from "../entry/module.ts";
import { Scorer } from "../entry/scorer.ts";
import { misuse } from "./misuse.ts";
import type { ScoringModel } from "../types/warmlead.d.ts";

/** How long a page may take to load before the engine comes anyway, in milliseconds. */
const PATIENCE = 5_000;
/** How long the browser may be busy after that. */
const BUSY = 2_000;
/** How long a model may take to arrive. */
const MODEL_TIMEOUT = 10_000;

/** A scoring model, ready to be used. */
export interface Loaded {
  scorer: Scorer;
  model: object;
  /** Whether the shipped model stands in for one that could not be had. */
  makeshift: boolean;
}

/** Settled when the page has loaded and the browser has nothing better to do. */
export async function idle(): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise<void>((resolve) => {
      addEventListener("load", () => resolve(), { once: true });
      setTimeout(resolve, PATIENCE);
    });
  }
  await new Promise<void>((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: BUSY });
    // A stand-in for it that a page has brought may know no timeout.
    setTimeout(resolve, typeof requestIdleCallback === "function" ? BUSY : 1);
  });
}

let standard: () => Source | Promise<Source> = () => "warmlead.wasm";

/** Says where the module comes from when the page does not: the entry knows. */
export function comesFrom(source: () => Source | Promise<Source>): void {
  standard = source;
}

/** Loads the module. Fails with UNSUPPORTED_RUNTIME or MODULE_NOT_LOADED. */
export async function loadModule(address: string | { readonly href: string } | undefined): Promise<void> {
  await load(typeof address === "object" ? address.href : (address ?? standard()));
}

/** Loads and compiles the model: the one given, the one at the address given, the collector's, the shipped one. Fails with INVALID_MODEL and the like. */
export async function loadModel(given: object | string | undefined, collector: string | null): Promise<Loaded> {
  if (typeof given === "object") return compile(given, false);
  const address = given ?? (collector === null ? undefined : `${collector}/model`);
  if (address === undefined) return compile(shipped(), false);
  let model: object;
  try {
    model = await fetchModel(address);
  } catch (cause) {
    // The page chose that model: another one would score by rules that nobody asked for.
    if (given !== undefined) throw new WarmleadError({ code: "INVALID_MODEL", path: "", message: `the scoring model at ${given} can't be had` }, { cause });
    misuse(`no scoring model could be had at ${whole(address)} (${(cause as Error).message}): the one that ships with Warmlead scores instead, until the collector has one`);
    return compile(shipped(), true);
  }
  return compile(model, false);
}

function compile(model: object, makeshift: boolean): Loaded {
  return { scorer: new Scorer(model as ScoringModel), model, makeshift };
}

function shipped(): object {
  return call(() => wasm.shipped_model()) as object;
}

/** The address as the browser takes it, unless it is none. */
function whole(address: string): string {
  try {
    return new URL(address, document.baseURI).href;
  } catch {
    return address;
  }
}

async function fetchModel(address: string): Promise<object> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`no answer within ${MODEL_TIMEOUT / 1000} s`)), MODEL_TIMEOUT);
  try {
    const response = await fetch(address, { credentials: "omit", signal: abort.signal });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return (await response.json()) as object;
  } finally {
    clearTimeout(timer);
  }
}
