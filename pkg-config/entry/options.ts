// Reading the options that callers give: a misspelt one is an error, not a silent default.

import { invalidInput } from "./error.ts";

/** The options of a call, if they are an object with none but known keys. */
export function read<T extends object>(given: T | undefined, known: readonly (keyof T & string)[]): Partial<T> {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null) throw invalidInput("", `options are an object with ${known.join(", ")}`);
  for (const key of Object.keys(given)) {
    if (!(known as readonly string[]).includes(key)) throw invalidInput(`/${key}`, `unknown option \`${key}\`; the options are ${known.join(", ")}`);
  }
  return given;
}

/** A string, or the default if there is none. */
export function string(given: unknown, name: string, fallback?: string): string {
  const value = given === undefined ? fallback : given;
  if (typeof value !== "string" || value === "") throw invalidInput(`/${name}`, `\`${name}\` must be a string that is not empty`);
  return value;
}

/** A list. */
export function list<T>(given: readonly T[], name: string): readonly T[] {
  if (!Array.isArray(given)) throw invalidInput(`/${name}`, `\`${name}\` must be an array`);
  return given;
}

/** Whether an option was switched on. */
export function flag(given: unknown, name: string): boolean {
  if (given !== undefined && typeof given !== "boolean") throw invalidInput(`/${name}`, `\`${name}\` must be true or false`);
  return given === true;
}

/** The time of a question: now, if none is given. What a time is, the engine says. */
export function time(given: unknown): unknown {
  return given === undefined ? Date.now() : given;
}
