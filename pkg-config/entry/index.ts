// The default entry: the module inlined, decoded on the first call.

import base64 from "warmlead-wasm";
import { provide } from "./instance.ts";

export { matches, score, Scorer, WarmleadError } from "./core.ts";

provide(() => {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
});
