// Counts the copies of the engine in what a tool has made.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { target } from "../../../pkg-config/tools/steps.mjs";

/** The engine's beginning, whose length is a multiple of three: its base64 form is the beginning of the engine's. */
const start = readFileSync(join(target, "npm/package/warmlead.wasm")).subarray(0, 201);
const forms = [start, Buffer.from(start.toString("base64"))];

/** Every copy of the engine in a folder, by the name of its file; installed packages are not looked into. */
export function copies(folder) {
  const found = [];
  const look = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") look(inner);
      } else if (entry.isFile()) {
        const bytes = readFileSync(inner);
        for (const form of forms) {
          for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) found.push(relative(folder, inner));
        }
      }
    }
  };
  look(folder);
  return found.sort();
}
