// What the build puts beside these sources: the glue that wasm-bindgen writes for src/wasm/, and the module in its two forms.

declare module "warmlead-glue" {
  export class Scorer {
    constructor();
    names(): unknown;
    score(now: number, explain: boolean): unknown;
    free(): void;
  }
  export class Visitor {
    constructor(scorer: Scorer);
    record(now: number): boolean;
    record_packed(length: number, now: number): number;
    look(now: number): number;
    value(now: number): number;
    assess(now: number, detail: number): unknown;
    document(now: number): unknown;
    snapshot(): Uint8Array;
    events(): unknown;
    learn(): unknown;
    size(): number;
    forget(count: number): number;
    merge(now: number): boolean;
    free(): void;
  }
  export class Sender {
    rows(): number;
    excess(waiting: number): number;
    recorded(now: number): void;
    hurry(now: number): void;
    online(now: number): void;
    busy(now: number): void;
    due(): number | undefined;
    retry_at(now: number): number | undefined;
    next(more: boolean, now: number): unknown;
    parting(more: boolean, now: number): unknown;
    answered(status: number, retryAt: number, now: number, random: number): unknown;
    free(): void;
  }
  export function shipped_model(): unknown;
  export function translate(now: number): unknown;
  export function matches(): boolean;
  export function time(): number;
  export function room(bytes: number): number;
  export function gather(): void;
  export function gather_packed(length: number): boolean;
  export function desk(): number;
  export function memory(): Uint8Array<ArrayBuffer>;
  export function restart(): void;
  export function initSync(options: { module: BufferSource | WebAssembly.Module }): unknown;
  export default function init(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

declare module "warmlead-check-glue" {
  export function check(): unknown;
  export function check_condition(): unknown;
  export function check_events(): unknown;
  export function diff(visitors: number, now: number): unknown;
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
