// The entry of the browser client.

import type { StartOptions, Warmlead } from "../types/browser.d.ts";
import { Client } from "./client.ts";
import { failure } from "../entry/error.ts";
import { internal } from "./failure.ts";
import { inert } from "./inert.ts";

// What is published must be what is here.
({ start }) satisfies typeof import("../types/browser.d.ts");

let running: Warmlead | undefined;

export function start(options?: StartOptions): Warmlead {
  if (typeof document === "undefined") return inert(failure("UNSUPPORTED_RUNTIME", "there is no page here: the browser's client runs in a document, `warmlead` and `warmlead/edge` score elsewhere"));
  if (running && running.status !== "stopped") return running;
  try {
    running = new Client(options);
  } catch (error) {
    console.warn("warmlead:", error);
    running = inert(internal(error));
  }
  return running;
}
