// The token of a cookie, read and made without the package: as its format is described in pkg-config/edge/token.ts.

import { createHmac } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { readSnapshot } from "../support/snapshot.mjs";

const NAME = "__Host-warmlead";

export function read(token) {
  const bytes = Buffer.from(token, "base64url");
  const id = bytes.subarray(7, 7 + bytes[6]).toString();
  const choice = bytes.subarray(8 + bytes[6], 8 + bytes[6] + bytes[7 + bytes[6]]).toString();
  const body = bytes.subarray(8 + bytes[6] + bytes[7 + bytes[6]], -32);
  const kept = bytes[1] & 1 ? inflateRawSync(body) : body;
  return { version: bytes[0], flags: bytes[1], expires: bytes.readUInt32BE(2), id, choice, kept, snapshot: readSnapshot(kept), signature: bytes.subarray(-32), signed: bytes.subarray(0, -32) };
}

export function sign(signed, secret, name = NAME) {
  return createHmac("sha256", secret).update(`warmlead cookie ${name}\0`).update(signed).digest();
}

/** A token with parts of another changed, rightly signed: `kept` is the snapshot, `body` what is there instead of it, compressed or not. */
export function forge(token, changes, secret) {
  const { id, choice, ...rest } = read(token);
  const all = { ...rest, id, choice, ...changes };
  const head = Buffer.alloc(6);
  head[0] = all.version;
  head[1] = all.flags;
  head.writeUInt32BE(all.expires, 2);
  const body = all.body ?? (all.flags & 1 ? deflateRawSync(all.kept) : all.kept);
  const signed = Buffer.concat([head, Buffer.from([all.id.length]), Buffer.from(all.id), Buffer.from([all.choice.length]), Buffer.from(all.choice), body]);
  return Buffer.concat([signed, sign(signed, secret)]).toString("base64url");
}
