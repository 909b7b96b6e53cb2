// Fresh ids for events that have none: UUIDs of version 7 (RFC 9562), so that events of one millisecond keep the order in which they were recorded.

let last = 0;
let counter = 0;

/** A fresh UUIDv7: 48 bits of time, 12 that count within a millisecond, 62 that are random. */
export function freshId(): string {
  const now = Date.now();
  // When the counter is full, the next millisecond's is used.
  counter = now > last ? 0 : (counter + 1) & 0xfff;
  last = Math.max(now, counter ? last : last + 1);
  const bits = new Uint16Array(4).map(() => Math.random() * 65536);
  // Where it is missing, ids rest on Math.random, which is good enough to tell events apart.
  globalThis.crypto?.getRandomValues(bits);
  const [first, ...random] = bits;
  const hex = [last, counter | 0x7000, (first! & 0x3fff) | 0x8000, ...random].map((part) => part.toString(16).padStart(4, "0")).join("").padStart(32, "0");
  return hex.replace(/(.{8})(....)(....)(....)/, "$1-$2-$3-$4-");
}
