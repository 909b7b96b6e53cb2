// JSON text as JavaScript has it, whatever other scripts of the page have added to everything: Prototype.js before 1.7, which old shops still carry, has lists, texts
// and numbers write themselves, and `JSON.stringify` then makes texts of what they wrote. It knows nothing of what is written.

const KINDS: object[] = [Array, Boolean, Number, Object, String].map(({ prototype }) => prototype as object);

/** What `JSON.stringify` gives where nobody has taught plain values to write themselves. Throws for what JSON refuses. */
export function stringify(value: unknown): string {
  const taught = KINDS.map((kind) => [kind, Object.getOwnPropertyDescriptor(kind, "toJSON")] as const).filter(([, how]) => how?.configurable);
  for (const [kind] of taught) Reflect.deleteProperty(kind, "toJSON");
  try {
    return JSON.stringify(value);
  } finally {
    for (const [kind, how] of taught) Object.defineProperty(kind, "toJSON", how!);
  }
}
