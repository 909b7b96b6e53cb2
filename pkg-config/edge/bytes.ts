// Bytes as text that a cookie may hold (base64url without padding, RFC 4648), and compressed where the runtime can.

import { ofNode } from "./node.ts";

export function toBase64url(bytes: Uint8Array): string {
  // No cookie is so long that these were too many arguments.
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** `null` for what is no base64url. */
export function fromBase64url(text: string): Uint8Array | null {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

/** How many bytes fit into so many characters of base64url. */
export function capacity(characters: number): number {
  return Math.max(0, Math.floor((characters * 3) / 4));
}

/** Compresses with DEFLATE (RFC 1951), as every current edge runtime can; `null` where there is no such thing. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array | null> {
  return atOnce("deflateRawSync", bytes) ?? (typeof CompressionStream === "function" ? through(bytes, new CompressionStream("deflate-raw")) : null);
}

/** Undoes `deflate`; fails where the runtime can't. */
export async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  return atOnce("inflateRawSync", bytes) ?? through(bytes, new DecompressionStream("deflate-raw"));
}

/** What of `node:zlib` is used. */
type Zlib = Record<"deflateRawSync" | "inflateRawSync", (bytes: Uint8Array) => Uint8Array>;

/**
 * By Node's own zlib, `null` where there is none: a stream for the few thousand bytes of a cookie takes three times as long as the bytes do, since it has buffers to fill, promises to keep and a
 * thread to wait for.
 */
function atOnce(what: keyof Zlib, bytes: Uint8Array): Uint8Array | null {
  try {
    return ofNode<Partial<Zlib>>("node:zlib")?.[what]?.(bytes) ?? null;
  } catch {
    // A stand-in that can't, or bytes that are none: the stream tells.
    return null;
  }
}

/** By the stream's own ends: a `Response` around each of them takes half as long again in Node. */
async function through(bytes: Uint8Array, { readable, writable }: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // What fails here fails where it is read, too.
  writer.write(bytes as BufferSource).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let all: Uint8Array = new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return all;
    all = all.length === 0 ? value : join(all, value);
  }
}

export function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
