// A snapshot, read and made without the package, as docs/snapshot.md says: so that what is said there is enough.

const [TEXT, UUID, TIMED] = [0, 1, 2];
const FIELDS = [["url", "address", 2], ["title", "string", 3], ["referrer", "address", 4], ["properties", "members", 5], ["traits", "members", 6], ["host", "string", 7], ["path", "string", 8], ["query", "members", 9]];

/** FNV-1a with 64 bits, the lowest byte first. */
export function checksum(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const sum = Buffer.alloc(8);
  sum.writeBigUInt64LE(hash);
  return sum;
}

/** Bytes with their checksum. */
export function seal(content) {
  return Buffer.concat([content, checksum(content)]);
}

/** A snapshot with the byte of its version changed, and the checksum with it. */
export function ofVersion(snapshot, version) {
  const content = Buffer.from(snapshot.subarray(0, -8));
  content[3] = version;
  return seal(content);
}

/** What a snapshot says: { version, visitor, forgotten, events }. */
export function readSnapshot(bytes) {
  bytes = Buffer.from(bytes);
  if (bytes.subarray(0, 3).toString() !== "wls") throw new Error("no snapshot");
  if (!checksum(bytes.subarray(0, -8)).equals(bytes.subarray(-8))) throw new Error("the checksum is another");
  const read = new Reader(bytes.subarray(4, -8));
  const flags = read.number();
  const visitor = (flags & 3) === UUID ? uuid(read.take(16)) : read.text();
  const forgotten = flags & 4 ? { events: read.number(), until: read.number() } : undefined;
  const events = [];
  for (let left = read.number(); left > 0; left--) events.push(read.event(events.at(-1)?.time ?? 0));
  if (read.left > 0) throw new Error("there is more");
  return { version: bytes[3], visitor, forgotten, events };
}

class Reader {
  #bytes;
  #place = 0;
  #strings = [""];

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get left() {
    return this.#bytes.length - this.#place;
  }

  event(last) {
    const flags = this.number();
    const time = last + this.number();
    const id = { [TEXT]: () => this.text(), [UUID]: () => uuid(this.take(16)), [TIMED]: () => this.#timed(time) }[flags & 3]();
    const event = { id, type: this.string(), time };
    for (const [name, kind, bit] of FIELDS) if (flags & (1 << bit)) event[name] = this[kind]();
    if (flags & (1 << 10)) event.offsite = true;
    return event;
  }

  #timed(time) {
    const own = BigInt(time) + zigzag(this.#big());
    return uuid(Buffer.concat([Buffer.from(own.toString(16).padStart(12, "0"), "hex"), this.take(10)]));
  }

  address() {
    return this.string() + this.string() + this.string();
  }

  members() {
    return this.#pairs(this.number());
  }

  #pairs(count) {
    return Object.fromEntries(Array.from({ length: count }, () => [this.string(), this.#value()]));
  }

  #value() {
    const head = this.#big();
    const rest = Number(head >> 3n);
    switch (Number(head & 7n)) {
      case 0: return [null, false, true][rest];
      case 1: return Number(zigzag(head >> 3n));
      case 2: return this.take(8).readDoubleLE();
      case 3: return this.#stringAt(rest);
      case 4: return Array.from({ length: rest }, () => this.#value());
      case 5: return this.#pairs(rest);
      default: throw new Error("a value of no kind");
    }
  }

  string() {
    return this.#stringAt(this.number());
  }

  #stringAt(place) {
    if (place > 0) return this.#strings[place - 1];
    const length = this.number();
    const text = this.take(length).toString();
    if (length <= 128) this.#strings.push(text);
    return text;
  }

  text() {
    return this.take(this.number()).toString();
  }

  number() {
    return Number(this.#big());
  }

  #big() {
    let number = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.take(1)[0];
      number |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }

  take(count) {
    if (count > this.left) throw new Error("it ends too early");
    this.#place += count;
    return this.#bytes.subarray(this.#place - count, this.#place);
  }
}

function zigzag(number) {
  return (number >> 1n) ^ -(number & 1n);
}

function uuid(bytes) {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
