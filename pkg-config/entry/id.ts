// Fresh ids for events that have none: UUIDs of version 7 (RFC 9562), so that events of one millisecond keep the order in which they were recorded.

let last = 0;
let counter = 0;

/** A fresh UUIDv7: 48 bits of time, 12 that count within a millisecond, 62 that are random. */
export function freshId(): string {
  const now = Date.now();
  const bytes = randomBytes();
  if (now > last) {
    last = now;
    // Half of the counter's room is left for counting.
    counter = (((bytes[6]! << 8) | bytes[7]!) & 0x7ff) >>> 0;
  } else if (++counter > 0xfff) {
    last += 1;
    counter = 0;
  }
  for (let place = 0, rest = last; place < 6; place++, rest = Math.floor(rest / 256)) bytes[5 - place] = rest % 256;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(16);
  // Old pages and insecure contexts may lack it. Ids then rest on Math.random, which is good enough to tell events apart.
  if (typeof globalThis.crypto?.getRandomValues === "function") return globalThis.crypto.getRandomValues(bytes);
  return bytes.map(() => Math.random() * 256);
}
