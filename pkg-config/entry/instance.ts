// The one instance of the module: started on the first call, or loaded before; replaced by a fresh one after a trap.
// It knows nothing of scoring.

import { imports, start } from "warmlead-glue";
import { failure, invalidInput, notLoaded, unsupported, WarmleadError } from "./error.ts";
import { clear } from "./give.ts";
import { compile, type Binary, type Source } from "./module.ts";

/** Something in the instance, made and let go of for an owner. It must not know its owner, who would never be collected, nor what keeps the owner alive. */
export interface Held {
  /** Where it is, in the instance of which age. */
  place: number;
  age: number;
  /** Makes it, of what its owner has given for that, anew if its instance is gone; to be called inside of `call`. */
  make(given: unknown): number;
  /** Sees to it that what it holds can be made anew; called of an instance that is going. */
  save?(): void;
  free(): void;
}

let take: (() => Binary) | undefined;
let module: WebAssembly.Module | undefined;
let busy = false;
/** Whether something has torn through the instance: before anything else is asked of it, it is replaced. */
let torn = false;
/** How often the instance was replaced. */
let age = 0;
const all = new Set<Held>();
// Workers of old compatibility dates have no such registry: what is not disposed of is then kept.
const abandoned = globalThis.FinalizationRegistry && new FinalizationRegistry(letGo);

/** Says where the module comes from when the first call finds it not started. */
export function provide(binary: () => Binary): void {
  take = binary;
}

/**
 * Starts the module, compiling it off the main path, from an address while it loads. Fails with UNSUPPORTED_RUNTIME or MODULE_NOT_LOADED;
 * may be tried again.
 */
export async function load(source: Source | PromiseLike<Source>): Promise<void> {
  if (module) return;
  const compiled = await compile(source);
  try {
    // Not made at once as below, which Chrome does not allow on a page's main thread before 2023.
    const instance = await WebAssembly.instantiate(compiled, imports());
    if (module) return;
    start(instance);
    module = compiled;
  } catch (cause) {
    // It has been compiled: nothing is missing or forbidden.
    throw notLoaded("the module can't be started: it belongs to another version of this script, or there is no memory for it", cause);
  }
}

/** Starts the module with what is at hand. Fails with UNSUPPORTED_RUNTIME. */
export function begin(binary: Binary): void {
  if (module) return;
  try {
    // A module that was compiled in another realm, as edge runtimes give it, is no instance of this realm's WebAssembly.Module.
    startAtOnce("byteLength" in binary ? new WebAssembly.Module(binary) : binary);
  } catch (cause) {
    throw unsupported(cause);
  }
}

function startAtOnce(compiled: WebAssembly.Module): void {
  start(new WebAssembly.Instance(compiled, imports()));
  module = compiled;
}

/** Holds something for an owner: lets go of it when nobody has that any more. */
export function hold<T extends Held>(held: T, owner: object): T {
  all.add(held);
  abandoned?.register(owner, held);
  return held;
}

/** Lets go of something, if that has not been done. What is made anew is the owner's own affair. */
export function letGo(held: Held): void {
  all.delete(held);
  // It must not be freed in an instance in which it never was.
  if (held.age === age && !torn) held.free();
  held.age = -1;
}

/** Where something is, made anew if its instance is gone; to be called inside of `call`. */
export function placeOf(held: Held, given?: unknown): number {
  if (held.age !== age) {
    held.place = held.make(given);
    held.age = age;
  }
  return held.place;
}

/**
 * Runs `work`, which calls the module. What the module reports becomes a WarmleadError. Whatever else comes out of it has torn
 * through the module and left it in an unknown state: the error is INTERNAL, and the next call replaces the instance. Not this one: where the stack has run
 * out, which a page's own recursion can do to it, there is no room for that.
 */
export function call<T>(work: () => T): T {
  if (busy) throw invalidInput("", "warmlead was called by data that it reads");
  if (!module) begin(provided());
  busy = true;
  try {
    if (torn) replace();
    return work();
  } catch (thrown) {
    torn = !(thrown instanceof WarmleadError);
    throw torn ? failure("INTERNAL", "an internal error of warmlead; please report it", thrown) : thrown;
  } finally {
    busy = false;
  }
}

/** What the first call starts with. */
function provided(): Binary {
  if (!take) throw notLoaded("warmlead.wasm is not loaded");
  try {
    return take();
  } catch (cause) {
    throw notLoaded("warmlead.wasm can't be read", cause);
  }
}

function replace(): void {
  clear();
  for (const held of all) if (held.age === age) held.save?.();
  startAtOnce(module!);
  age++;
  torn = false;
}
