// Fresh ids for events that have none: UUIDs of version 7 (RFC 9562), so that events of one millisecond keep the order in which they were recorded.

/** The milliseconds since 1970, and 8 bits that count within one; when they are full, the next millisecond's are used. */
let last = 0;

/** A fresh UUIDv7: 48 bits of time, 8 that count within a millisecond, 64 that are random. */
export function freshId(): string {
  last = Math.floor(Math.max(last + 1, Date.now() * 256));
  const random = new Uint16Array(4).map(() => Math.random() * 2 ** 16);
  // Where it is missing, ids rest on Math.random, which is good enough to tell events apart.
  globalThis.crypto?.getRandomValues(random);
  const hex = random.reduce((hex, part) => hex + part.toString(16).padStart(4, "0"), last.toString(16).padStart(14, "0"));
  // The variant's two bits have a digit of their own, whose others are none.
  return hex.replace(/(.{8})(....)(...)(...)/, "$1-$2-7$3-8$4-");
}
