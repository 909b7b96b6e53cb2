// The secrets of a site as keys: HMAC with SHA-256, by WebCrypto. The first signs, any of them may have signed.

import { invalidInput } from "./failure.ts";

/** The shortest secret, in bytes: as long as what HMAC-SHA-256 makes of it (RFC 2104, section 3, advises against less). */
const SHORTEST = 32;

/** How long a signature is, in bytes. */
export const SIGNATURE = 32;

export interface Keys {
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  verify(signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
}

const imported = new Map<string, Promise<CryptoKey>>();

/** The keys of one or more secrets. Throws for what is none. */
export async function keysOf(secrets: unknown): Promise<Keys> {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  if (list.length === 0) throw invalidInput("/secret", "`secret` is an empty list; the first of its secrets would sign");
  const keys = await Promise.all(list.map(keyOf));
  return {
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("HMAC", keys[0]!, bytes as BufferSource)),
    async verify(signature, bytes) {
      for (const key of keys) if (await crypto.subtle.verify("HMAC", key, signature as BufferSource, bytes as BufferSource)) return true;
      return false;
    },
  };
}

function keyOf(secret: unknown): Promise<CryptoKey> {
  if (typeof secret !== "string") throw invalidInput("/secret", "`secret` is missing: a random text that only the site knows, such as `openssl rand -base64 32` prints");
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SHORTEST) throw invalidInput("/secret", `\`secret\` has ${bytes.length} bytes; at least ${SHORTEST} random ones are needed, such as \`openssl rand -base64 32\` prints`);
  let key = imported.get(secret);
  if (!key) {
    key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    imported.set(secret, key);
  }
  return key;
}
