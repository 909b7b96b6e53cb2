// Ours, by its public interface: a handle for each visitor, as `new Scorer(model).visitor(id)` gives it.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What makes visitors of a model; the package is the one in this folder. */
export async function load(folder) {
  const { Scorer } = await import(pathToFileURL(join(folder, "warmlead.js")).href);
  return (model) => {
    const scorer = new Scorer(model);
    return (id) => scorer.visitor(id);
  };
}
