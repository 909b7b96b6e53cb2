// What the build puts beside these sources: the glue, with what src/wasm/ exports as WebAssembly has it, and the module in its two forms.

/** What a call gives that may fail, for `checked` of error.ts. */
type Checked<T> = readonly [said: T, error: number, failed: number];
/** The same of one that says a value: a reference to it, for `taken`. */
type CheckedValue = Checked<Reference>;
type Reference = number & { readonly reference: true };
/** What may be missing. */
type Maybe = readonly [there: number, said: number];
/** Where something is. A scorer, a visitor or a sender is let go of by its owner: see `Held`. */
type Place = number;

declare module "warmlead-glue" {
  export let wasm: {
    scorer_new(): Checked<Place>;
    scorer_names(scorer: Place): unknown;
    scorer_score(scorer: Place, now: number, explain: boolean): CheckedValue;
    scorer_free(scorer: Place, ignored: number): void;
    visitor_new(scorer: Place): Checked<Place>;
    visitor_record(visitor: Place, now: number): Checked<number>;
    visitor_record_packed(visitor: Place, length: number, now: number): number;
    visitor_look(visitor: Place, now: number): Checked<number>;
    visitor_value(visitor: Place, now: number): Checked<number>;
    visitor_assess(visitor: Place, now: number, detail: number): CheckedValue;
    visitor_document(visitor: Place, now: number): CheckedValue;
    visitor_snapshot(visitor: Place): Checked<Place>;
    visitor_events(visitor: Place): CheckedValue;
    visitor_learn(visitor: Place): CheckedValue;
    visitor_size(visitor: Place): Checked<number>;
    visitor_forget(visitor: Place, count: number): Checked<number>;
    visitor_merge(visitor: Place, now: number): Checked<number>;
    visitor_free(visitor: Place, ignored: number): void;
    sender_new(): Place;
    sender_rows(): number;
    sender_excess(sender: Place, waiting: number): number;
    sender_happened(sender: Place, what: number, now: number): void;
    sender_due(sender: Place): Maybe;
    sender_retry_at(sender: Place, now: number): Maybe;
    sender_next(sender: Place, more: boolean, now: number): unknown;
    sender_parting(sender: Place, more: boolean, now: number): unknown;
    sender_answered(sender: Place, status: number, retryAt: number, now: number, random: number): unknown;
    sender_free(sender: Place, ignored: number): void;
    shipped_model(): unknown;
    translate(now: number): CheckedValue;
    matches(): Checked<number>;
    time(): Checked<number>;
    room(bytes: number): Place;
    left(): number;
    gather(): void;
    gather_packed(length: number): number;
    desk(): Place;
  };
  export function taken(reference: number): unknown;
  export function memory(): Uint8Array<ArrayBuffer>;
  export function imports(): WebAssembly.Imports;
  export function start(instance: WebAssembly.Instance): void;
}

declare module "warmlead-check-glue" {
  export let wasm: {
    check(): unknown;
    check_condition(): unknown;
    check_events(): CheckedValue;
    diff(visitors: number, now: number): CheckedValue;
  };
}

declare module "*-inlined.js" {
  const base64: string;
  export default base64;
}

// Runtimes that take a module by import give it compiled.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

// All that entry/commonjs.ts needs of Node.
declare module "node:fs" {
  export function readFileSync(path: string): Uint8Array<ArrayBuffer>;
}
