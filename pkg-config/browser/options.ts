// The options of `start`, as the page has written them: those that are wrong are told of and left out, and the others count. It does not know what they do.

import type { StartOptions } from "../types/browser.d.ts";
import { misuse, named } from "./misuse.ts";

/** What an option must be, in words, and whether a value is that. */
const OPTIONS: { [Name in keyof StartOptions]-?: [wanted: string, is: (value: unknown) => boolean] } = {
  collector: ["an address, or null to send nothing", (value) => value === null || isAddress(value)],
  model: ["a scoring model, or its address", (value) => typeof value === "string" || (typeof value === "object" && value !== null)],
  wasm: ["an address", isAddress],
  consent: ['"ask" or "given"', (value) => value === "ask" || value === "given"],
  pageViews: ["true or false", (value) => typeof value === "boolean"],
  handlers: ["an object of functions", (value) => typeof value === "object" && value !== null],
};

/** The options that are what they must be. */
export function readOptions(given: unknown): StartOptions {
  const options: Record<string, unknown> = {};
  if (given === undefined || given === null) return options;
  if (typeof given !== "object") {
    misuse(`start(${named(given)}): options are an object with ${Object.keys(OPTIONS).join(", ")}; without any, the defaults count`);
    return options;
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const [wanted, is] = (Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof StartOptions] : undefined) ?? [];
    if (!is) misuse(`start knows no option \`${name}\`: there are ${Object.keys(OPTIONS).join(", ")}`);
    else if (!is(value)) misuse(`the option \`${name}\` is ${wanted}, not ${named(value)}; its default counts`);
    else options[name] = name === "handlers" ? functions(value as object) : value;
  }
  return options;
}

function functions(handlers: object): object {
  const good = Object.entries(handlers).filter(([type, handler]) => {
    if (typeof handler !== "function") misuse(`the handler \`${type}\` is a function, not ${named(handler)}, and is left out`);
    return typeof handler === "function";
  });
  return Object.fromEntries(good);
}

/** An address, as text or as a `URL`. */
export type Address = string | { readonly href: string };

/** The address as text. */
export function addressOf(address: Address): string {
  return typeof address === "string" ? address : address.href;
}

function isAddress(value: unknown): value is Address {
  return typeof value === "string" || typeof (Object(value) as { href?: unknown }).href === "string";
}
