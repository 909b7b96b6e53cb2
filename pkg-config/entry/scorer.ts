// Scorer: a scoring model, compiled once. The compiled model lives in the module; after a trap it is compiled anew.

import { checked, wasm } from "warmlead-glue";
import type { ScoringModel } from "../types/warmlead.d.ts";
import { give, lay } from "./give.ts";
import { call, type Held, hold, placeOf } from "./instance.ts";
import * as options from "./options.ts";
import { type Names, Visitor } from "./visitor.ts";

/** Where the compiled model of a scorer is; to be called inside of `call`. */
export let compiled: (scorer: Scorer) => number;

export class Scorer {
  readonly #held: Held;
  #names: Names | undefined;

  constructor(model?: ScoringModel) {
    this.#held = hold(heldOf(model), this);
    call(() => placeOf(this.#held));
  }

  static {
    compiled = (scorer) => placeOf(scorer.#held);
  }

  visitor(id: string, snapshot?: Uint8Array): Visitor {
    this.#names ??= call(() => wasm.scorer_names(compiled(this)) as Names);
    return new Visitor(() => compiled(this), this.#names, options.string(id, "id"), snapshot);
  }
}

function heldOf(model: ScoringModel | undefined): Held {
  return {
    place: 0,
    age: -1,
    make() {
      lay(model === undefined ? wasm.shipped_model() : model);
      give();
      return checked(wasm.scorer_new());
    },
    free() {
      wasm.scorer_free(this.place, 0);
    },
  };
}
