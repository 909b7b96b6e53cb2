// Reading the options that callers give: a misspelt one is an error, not a silent default.

import { wasm } from "warmlead-glue";
import { checked, invalidInput } from "./error.ts";
import { give, lay } from "./give.ts";

/** The options of a call, if they are an object with none but known keys. */
export function read<T extends object>(given: T | undefined, known: readonly (keyof T & string)[]): Partial<T> {
  if (given === undefined) return {};
  const wanted = `options are an object with ${known.join(", ")}`;
  if (typeof given !== "object" || !given) throw invalidInput("", wanted);
  for (const key of Object.keys(given)) {
    if (!(known as readonly string[]).includes(key)) throw invalidInput(`/${key}`, `unknown option \`${key}\`; ${wanted}`);
  }
  return given;
}

/** A string. */
export function string(given: unknown, name: string): string {
  if (typeof given !== "string" || given === "") throw invalidInput(`/${name}`, `\`${name}\` must be a non-empty string`);
  return given;
}

/** A list. */
export function list<T>(given: readonly T[], name: string): readonly T[] {
  if (!Array.isArray(given)) throw invalidInput(`/${name}`, `\`${name}\` must be an array`);
  return given;
}

/** Whether an explanation is asked for. */
export function explained(given: unknown): boolean {
  if (given !== undefined && typeof given !== "boolean") throw invalidInput("/explain", "`explain` must be true or false");
  return given === true;
}

/** The time of a question: now, if none is given. What a time is, the engine says; to be called inside of `call`. */
export function time(given: unknown): number {
  if (given === undefined) return Date.now();
  if (typeof given === "number") return given;
  lay(given, 0);
  give();
  return checked(wasm.time());
}
