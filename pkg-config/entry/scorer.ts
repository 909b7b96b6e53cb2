// Scorer: a scoring model, compiled once. The compiled model lives in the module; after a trap it is compiled anew.

import { wasm } from "warmlead-glue";
import type { ScoringModel } from "../types/warmlead.d.ts";
import { checked } from "./error.ts";
import { give, lay } from "./give.ts";
import { call, type Held, hold, placeOf } from "./instance.ts";
import * as options from "./options.ts";
import { type Names, Visitor } from "./visitor.ts";

/** Where the compiled model of a scorer is; to be called inside of `call`. */
export let compiled: (scorer: Scorer) => number;

export class Scorer {
  // Here, not in what is held: whoever asks by a model's object would keep that for ever, and so its scorer (see `scorerOf` in core.ts).
  readonly #model: ScoringModel | undefined;
  readonly #held = hold(held(), this);
  #names: Names | undefined;

  constructor(model?: ScoringModel) {
    this.#model = model;
    call(() => compiled(this));
  }

  static {
    compiled = (scorer) => placeOf(scorer.#held, scorer.#model);
  }

  visitor(id: string, snapshot?: Uint8Array): Visitor {
    this.#names ??= call(() => wasm.scorer_names(compiled(this)) as Names);
    return new Visitor(() => compiled(this), this.#names, options.string(id, "id"), snapshot);
  }
}

function held(): Held {
  return {
    place: 0,
    age: -1,
    make(model) {
      lay(model === undefined ? wasm.shipped_model() : model);
      give();
      return checked(wasm.scorer_new());
    },
    free() {
      wasm.scorer_free(this.place, 0);
    },
  };
}
