// Ours, by its public interface: a handle for each visitor, as `new Scorer(model).visitor(id)` gives it.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

let own;

/** What makes visitors of a model; the package is the one in this folder. */
export async function load(folder) {
  own = await import(pathToFileURL(join(folder, "warmlead.js")).href);
  return (model) => {
    const scorer = new own.Scorer(model);
    return (id) => scorer.visitor(id);
  };
}

/** Starts the module, which the first call does otherwise. */
export const start = () => own.matches({ type: "x" }, { type: "x" });
