// Bytes as text that a cookie may hold (base64url without padding, RFC 4648), and compressed where the runtime can.

export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
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
  return typeof CompressionStream === "function" ? through(bytes, new CompressionStream("deflate-raw")) : null;
}

/** Undoes `deflate`; fails where the runtime can't. */
export function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new DecompressionStream("deflate-raw"));
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const body = new Response(bytes as BodyInit).body as ReadableStream<BufferSource>;
  return new Uint8Array(await new Response(body.pipeThrough(stream)).arrayBuffer());
}
