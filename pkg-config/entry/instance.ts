// The one instance of the module: started on the first call, or loaded before; replaced by a fresh one after a trap.
// It knows nothing of scoring.

import * as glue from "warmlead-glue";
import { failure, invalidInput, isFailure, notLoaded, unsupported, WarmleadError } from "./error.ts";
import { compile, type Binary, type Source } from "./module.ts";

/** Something whose state lives in the instance and can be saved from one that is going. */
export interface Survivor {
  save(): void;
}

/** A reference that keeps nothing alive, where the runtime has such. */
type Reference = Pick<WeakRef<Survivor>, "deref">;

let take: (() => Binary) | undefined;
let started = false;
let busy = false;
let age = 0;
const survivors = new Set<Reference>();
// Workers of old compatibility dates have neither this nor WeakRef: what is not disposed of is then kept, there as in the module itself.
const forgotten = typeof FinalizationRegistry === "function" ? new FinalizationRegistry<Reference>((reference) => survivors.delete(reference)) : undefined;

/** Says where the module comes from when the first call finds it not started. */
export function provide(binary: () => Binary): void {
  take = binary;
}

/**
 * Starts the module, compiling it off the main path, from an address while it loads. Fails with UNSUPPORTED_RUNTIME or MODULE_NOT_LOADED;
 * may be tried again.
 */
export async function load(source: Source | PromiseLike<Source>): Promise<void> {
  if (started) return;
  const module = await compile(source);
  try {
    await glue.default({ module_or_path: module });
  } catch (cause) {
    throw unsupported(cause);
  }
  started = true;
}

/** Starts the module with what is at hand. Fails with UNSUPPORTED_RUNTIME. */
export function begin(module: Binary): void {
  if (started) return;
  try {
    glue.initSync({ module });
  } catch (cause) {
    throw unsupported(cause);
  }
  started = true;
}

/** How often the instance was replaced: handles of another age are void. */
export function generation(): number {
  return age;
}

/** Has `survivor` saved before its instance goes; what this answers takes it off the list. */
export function watch(survivor: Survivor): () => void {
  const reference = typeof WeakRef === "function" ? new WeakRef(survivor) : { deref: () => survivor };
  survivors.add(reference);
  forgotten?.register(survivor, reference, reference);
  return () => {
    survivors.delete(reference);
    forgotten?.unregister(reference);
  };
}

/**
 * Runs `work`, which calls the module. What the module reports becomes a WarmleadError. Whatever else comes out of it has torn
 * through the module and left it in an unknown state: it is replaced, and the error is INTERNAL.
 */
export function call<T>(work: () => T): T {
  if (busy) throw invalidInput("", "warmlead was called by data that it reads");
  if (!started) begin(provided());
  busy = true;
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof WarmleadError) throw thrown;
    if (isFailure(thrown)) throw new WarmleadError(thrown);
    replace();
    throw failure("INTERNAL", "an internal error of warmlead; please report it", thrown);
  } finally {
    busy = false;
  }
}

/** What the first call starts with. */
function provided(): Binary {
  if (!take) throw notLoaded("warmlead.wasm is not loaded yet");
  try {
    return take();
  } catch (cause) {
    throw notLoaded("warmlead.wasm can't be read", cause);
  }
}

function replace(): void {
  for (const reference of survivors) reference.deref()?.save();
  try {
    glue.restart();
    age += 1;
  } catch {
    // Not even that is left: the next call will find the instance as it is, and try again.
  }
}
