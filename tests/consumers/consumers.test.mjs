// The package as people use it: packed, installed into small projects, and run by the tools and runtimes that they have. Each project says what the
// engine says natively, carries the engine exactly once, and calls or configures nothing for its sake.
// One process, one installation of the tools, one browser.

import { test } from "node:test";
import { installTools } from "./support/install.mjs";

let installed = false;
await test("the tools are there", async () => {
  await installTools();
  installed = true;
});
if (installed) {
  await import("./backend.mjs");
  await import("./page.mjs");
  await import("./bundled.mjs");
  await import("./next.mjs");
  await import("./edge.mjs");
}
