// How figures are written.

/** A whole number, grouped. */
export const count = (number) => number.toLocaleString("en-US").replaceAll(",", " ");

/** Nanoseconds as microseconds, with as many digits as mean something. */
export function micros(nanos) {
  const value = nanos / 1000;
  return value >= 100 ? count(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
}

/** Nanoseconds. */
export const nanosOf = (nanos) => `${nanos.toFixed(nanos < 10 ? 1 : 0)} ns`;

/** How many times. */
export const times = (ratio) => `${ratio >= 100 ? count(Math.round(ratio)) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)} ×`;

/** Bytes as KiB. */
export const kib = (bytes) => (bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0);
