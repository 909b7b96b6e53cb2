// An entry of the package like the others, whose module has been compiled with the feature `trap`, and that lets it trap.

import { wasm } from "warmlead-glue";
import { checked } from "../../../pkg-config/entry/error.ts";
import { give, lay } from "../../../pkg-config/entry/give.ts";
import { call, provide } from "../../../pkg-config/entry/instance.ts";

export * from "../../../pkg-config/entry/core.ts";
export { provide };

/** Traps so many calls deep. */
export function trap(depth) {
  call(() => wasm.trap(depth));
}

/** Traps while a visitor is being changed, one whom nobody knows. */
export function trapChanging(model) {
  call(() => {
    lay(model);
    give();
    const scorer = checked(wasm.scorer_new());
    lay("v");
    give();
    wasm.visitor_trap(checked(wasm.visitor_new(scorer)));
  });
}
