// The one instance of the module: started on the first call, or streamed in before; replaced by a fresh one after a trap.
// It knows nothing of scoring.

import * as glue from "warmlead-glue";
import { invalidInput, isFailure, WarmleadError } from "./error.ts";

/** Something whose state lives in the instance and can be saved from one that is going. */
export interface Survivor {
  save(): void;
}

let provideBytes: (() => Uint8Array) | undefined;
let started = false;
let busy = false;
let age = 0;
const survivors = new Set<WeakRef<Survivor>>();
const forgotten = new FinalizationRegistry<WeakRef<Survivor>>((reference) => survivors.delete(reference));

/** Says where the module comes from when the first call finds it not started. */
export function provide(bytes: () => Uint8Array): void {
  provideBytes = bytes;
}

/** Starts the module from an address, compiling while it loads. Fails with UNSUPPORTED; may be tried again. */
export async function load(address: string | URL): Promise<void> {
  if (started) return;
  if (typeof WebAssembly === "undefined") throw unsupported();
  try {
    await glue.default({ module_or_path: fetch(address) });
  } catch (error) {
    throw unsupported(error);
  }
  started = true;
}

/** How often the instance was replaced: handles of another age are void. */
export function generation(): number {
  return age;
}

/** Has `survivor` saved before its instance goes; what this answers takes it off the list. */
export function watch(survivor: Survivor): () => void {
  const reference = new WeakRef(survivor);
  survivors.add(reference);
  forgotten.register(survivor, reference, reference);
  return () => {
    survivors.delete(reference);
    forgotten.unregister(reference);
  };
}

/**
 * Runs `work`, which calls the module. What the module reports becomes a WarmleadError. Whatever else comes out of it has torn
 * through the module and left it in an unknown state: it is replaced, and the error is INTERNAL.
 */
export function call<T>(work: () => T): T {
  if (busy) throw invalidInput("", "warmlead was called by a getter or a toJSON of the data that it was reading");
  start();
  busy = true;
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof WarmleadError) throw thrown;
    if (isFailure(thrown)) throw new WarmleadError(thrown);
    replace();
    throw new WarmleadError({ code: "INTERNAL", path: "", message: "an internal error of warmlead; please report it" }, { cause: thrown });
  } finally {
    busy = false;
  }
}

function start(): void {
  if (started) return;
  if (typeof WebAssembly === "undefined") throw unsupported();
  if (!provideBytes) throw unsupported(undefined, "warmlead's module is not loaded yet");
  try {
    glue.initSync({ module: provideBytes() });
  } catch (error) {
    throw unsupported(error);
  }
  started = true;
}

function replace(): void {
  for (const reference of survivors) reference.deref()?.save();
  try {
    glue.restart();
    glue.settle();
    age += 1;
  } catch {
    // Not even that is left: the next call will find the instance as it is, and try again.
  }
}

function unsupported(cause?: unknown, message = "WebAssembly is not available here, or a content security policy forbids it ('wasm-unsafe-eval')") {
  return new WarmleadError({ code: "UNSUPPORTED", path: "", message }, cause === undefined ? undefined : { cause });
}
