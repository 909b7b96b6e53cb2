// Reading the options of withScore and scoreHandler: a misspelt one is an error when the handler is made, not a silent default.

import { invalidInput } from "./failure.ts";

/** The options, if they are an object with none but known keys. */
export function read<T extends object>(given: T | undefined, known: readonly (keyof T & string)[], path = ""): Partial<T> {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null) throw invalidInput(path, `options are an object with ${known.join(", ")}`);
  for (const key of Object.keys(given)) {
    if (!(known as readonly string[]).includes(key)) throw invalidInput(`${path}/${key}`, `unknown option \`${key}\`; the options are ${known.join(", ")}`);
  }
  return given;
}

/** Whether an option was switched on. */
export function flag(given: unknown, name: string, fallback: boolean): boolean {
  if (given !== undefined && typeof given !== "boolean") throw invalidInput(`/${name}`, `\`${name}\` must be true or false`);
  return given ?? fallback;
}

/** A whole number between bounds, or the default if there is none. */
export function whole(given: unknown, path: string, fallback: number, least: number, most: number): number {
  if (given === undefined) return fallback;
  if (Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= most) return given as number;
  throw invalidInput(path, `\`${path.slice(path.lastIndexOf("/") + 1)}\` must be a whole number from ${least} to ${most}`);
}

export function handlerOf<T>(given: T): T {
  if (typeof given !== "function") throw invalidInput("", "withScore wraps a function that takes a request and answers with a response");
  return given;
}
