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

/** Whether it allows anything at all. */
export function allows(choice: Record<string, boolean>): boolean {
  return Object.values(choice).includes(true);
}
