// What a choice of the visitor's means.

/**
 * The choice as it is recorded: booleans only. Where the browser sends Global Privacy Control, marketing is refused, unless the site has
 * asked about it by name.
 */
export function readChoice(given: unknown, privacyControl: boolean): Record<string, boolean> {
  const choice: Record<string, boolean> = {};
  if (typeof given === "object" && given !== null) {
    for (const [key, value] of Object.entries(given)) choice[key] = value === true;
  }
  if (privacyControl && !("marketing" in choice)) choice.marketing = false;
  return choice;
}

/** Whether it is an object of booleans, as choices are. A list, a map or a promise of a choice is none. */
export function isChoice(given: unknown): given is Record<string, boolean> {
  if (Object.prototype.toString.call(given) !== "[object Object]") return false;
  return Object.values(given as object).every((value) => typeof value === "boolean");
}

/** Whether it allows anything at all. */
export function allows(choice: Record<string, boolean>): boolean {
  return Object.values(choice).includes(true);
}
