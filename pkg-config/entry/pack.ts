// The desk, a piece of the module's memory: events are packed there, as src/event/packed.rs reads them, and answers leave numbers behind them.

import { memory, wasm } from "warmlead-glue";
import { invalidInput } from "./error.ts";
import { give, itemOf, lay, lengthOf, packOn } from "./give.ts";

/** As MAX_PACKED_BYTES in src/event/packed.rs: so many bytes for an event; numbers of an answer are behind them. */
export const ROOM = 4096;
/** How many scores there are among them: see NUMBERS in src/wasm/visitor.rs. */
export const NUMBERS = 14;
let whole: Uint8Array<ArrayBuffer> | undefined;
let bytes: Uint8Array<ArrayBuffer>;
let view: DataView;

/** The desk, for the numbers that an answer leaves there. */
export function desk(): DataView {
  // When the module's memory grows or it starts anew, what lay over it is no longer that.
  if (whole !== memory()) {
    const place = wasm.desk();
    whole = memory();
    bytes = whole.subarray(place, place + ROOM);
    view = new DataView(whole.buffer, place, ROOM + 128);
  }
  return view;
}

/** Packs an event on the desk; answers as `packOn` does. */
export function pack(event: unknown, anonymous?: boolean): number {
  const view = desk();
  return packOn(bytes, view, event, anonymous);
}

/** Has the module gather the events of a list, for the next call. */
export function gather(events: unknown): void {
  const length = lengthOf(events);
  if (length < 0) throw invalidInput("/events", "`events` must be an array");
  for (let place = 0; place < length; place++) {
    const event = itemOf(events, place);
    if (wasm.gather_packed(pack(event, true))) continue;
    lay(event, 1);
    give();
    wasm.gather();
  }
}
