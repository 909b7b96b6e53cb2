// The secrets of a site as keys: HMAC with SHA-256, by Node's own crypto where there is such a thing, else by WebCrypto. The first signs, any of them may have signed.

import { invalidInput } from "./failure.ts";
import { ofNode } from "./node.ts";

/** The shortest secret, in bytes: as long as what HMAC-SHA-256 makes of it (RFC 2104, section 3, advises against less). */
const SHORTEST = 32;

/** How long a signature is, in bytes. */
export const SIGNATURE = 32;

/** One key, or those of a site. */
export interface Keys {
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  verify(signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
}

const made = new Map<string, Promise<Keys>>();

/** Throws for what is no secret, and no list of them. Makes no key: a worker may not, before a request comes. */
export function checkSecrets(secrets: unknown): void {
  for (const secret of listOf(secrets)) bytesOf(secret);
}

/** The keys of one or more secrets. Throws for what is none. */
export async function keysOf(secrets: unknown): Promise<Keys> {
  const keys = await Promise.all(listOf(secrets).map(keyOf));
  return {
    sign: (bytes) => keys[0]!.sign(bytes),
    async verify(signature, bytes) {
      for (const key of keys) if (await key.verify(signature, bytes)) return true;
      return false;
    },
  };
}

function listOf(secrets: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  if (list.length === 0) throw invalidInput("/secret", "`secret` is an empty list; the first of its secrets would sign");
  return list;
}

function bytesOf(secret: unknown): Uint8Array {
  if (typeof secret !== "string") {
    throw invalidInput("/secret", "`secret` is missing: a random text that only the site knows, such as `openssl rand -base64 32` prints, or a function of the request that gives it");
  }
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SHORTEST) throw invalidInput("/secret", `\`secret\` has ${bytes.length} bytes; at least ${SHORTEST} random ones are needed, such as \`openssl rand -base64 32\` prints`);
  return bytes;
}

function keyOf(secret: unknown): Promise<Keys> {
  const bytes = bytesOf(secret);
  let key = made.get(secret as string);
  if (!key) {
    key = nodeKey(bytes) ?? webKey(bytes);
    made.set(secret as string, key);
  }
  return key;
}

/** By WebCrypto, which every current edge runtime has. Throws at once where there is none, so that nothing is remembered of it. */
function webKey(secret: Uint8Array): Promise<Keys> {
  return crypto.subtle.importKey("raw", secret as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]).then((key) => ({
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes as BufferSource)),
    verify: (signature, bytes) => crypto.subtle.verify("HMAC", key, signature as BufferSource, bytes as BufferSource),
  }));
}

/** What of `node:crypto` is used. */
interface NodeCrypto {
  createHmac(hash: string, key: Uint8Array): { update(bytes: Uint8Array): { digest(): Uint8Array } };
  timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean;
}

/** By Node's own, `null` where there is none, or a stand-in that can't: WebCrypto hands the few thousand bytes of a cookie to a thread and waits, which takes several times as long as to sign them. */
function nodeKey(secret: Uint8Array): Promise<Keys> | null {
  try {
    const { createHmac, timingSafeEqual } = ofNode<NodeCrypto>("node:crypto")!;
    const sign = (bytes: Uint8Array) => createHmac("sha256", secret).update(bytes).digest();
    const verify = (signature: Uint8Array, bytes: Uint8Array) => timingSafeEqual(sign(bytes), signature);
    if (sign(secret).length !== SIGNATURE || !verify(sign(secret), secret)) return null;
    return Promise.resolve({ sign: async (bytes) => sign(bytes), verify: async (signature, bytes) => verify(signature, bytes) });
  } catch {
    return null;
  }
}
