// Asks a consumer's server.

import assert from "node:assert/strict";

/** The JSON that an address answers with. */
export async function answered(address, request) {
  const answer = await fetch(address, { ...request, signal: AbortSignal.timeout(180_000) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}
