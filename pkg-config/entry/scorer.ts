// Scorer: a scoring model, compiled once. The compiled model lives in the module; after a trap it is compiled anew.

import * as glue from "warmlead-glue";
import type { ScoringModel } from "../types/warmlead.d.ts";
import { give, lay } from "./give.ts";
import { call, generation } from "./instance.ts";
import * as options from "./options.ts";
import { type Names, Visitor } from "./visitor.ts";

/** The compiled model of a scorer; to be called inside of `call`. */
export let compiled: (scorer: Scorer) => glue.Scorer;

export class Scorer {
  readonly #model: ScoringModel | undefined;
  #raw: glue.Scorer;
  #born: number;
  #names: Names | undefined;

  constructor(model?: ScoringModel) {
    this.#model = model;
    this.#raw = call(() => compile(model));
    this.#born = generation();
  }

  static {
    compiled = (scorer) => {
      if (scorer.#born !== generation()) {
        scorer.#raw = compile(scorer.#model);
        scorer.#born = generation();
      }
      return scorer.#raw;
    };
  }

  visitor(id: string, snapshot?: Uint8Array): Visitor {
    this.#names ??= call(() => compiled(this).names() as Names);
    return new Visitor(() => compiled(this), this.#names, options.string(id, "id"), snapshot);
  }
}

function compile(model: ScoringModel | undefined): glue.Scorer {
  lay(model === undefined ? glue.shipped_model() : model);
  give();
  return new glue.Scorer();
}
