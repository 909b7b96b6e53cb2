// Tells whoever has written the page or the model what they have got wrong: on the console, each thing once per page. It does not know what is right.

import { stringify } from "./json.ts";

/** How much is shown of a value, in characters. */
const SHOWN = 60;

const told = new Set<string>();

/** Says `message` on the console, unless that has been said already. */
export function misuse(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  console.warn(`warmlead: ${message}`);
}

/** Tells of each key of `given` that is not among those that `what` knows. */
export function misspelt(what: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) if (!known.includes(key)) misuse(`${what} knows no \`${key}\`: there are ${known.join(", ")}`);
}

/** A value as a message names it: as JSON, or by its type where JSON has nothing for it. */
export function named(value: unknown): string {
  const text = jsonOf(value) ?? typeof value;
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return stringify(value);
  } catch {
    return undefined;
  }
}
