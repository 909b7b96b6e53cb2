// Puts a value at a dotted path, as in "company.size". It does not know what traits mean.

/** Sets `path` in `object`; objects on the way are made, and what is in the way of them is replaced. */
export function setPath(object: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? path;
  let at = object;
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    // defineProperty, because an assignment to `__proto__` would not make a key.
    const inner = typeof next === "object" && next !== null ? (next as Record<string, unknown>) : {};
    if (inner !== next) define(at, key, inner);
    at = inner;
  }
  define(at, last, value);
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
