// What the build puts beside these sources: the glue that wasm-bindgen writes for src/wasm/, and the module in its two forms.

declare module "warmlead-glue" {
  export class Scorer {
    constructor(model: unknown);
    names(): unknown;
    score(events: unknown, visitor: string, traits: unknown, now: unknown, explain: boolean): unknown;
    visitor(id: string, snapshot: Uint8Array | undefined): Visitor;
    free(): void;
  }
  export class Visitor {
    private constructor();
    record(event: unknown, now: unknown, freshId: () => string): boolean;
    record_packed(length: number, now: number): number;
    look(now: unknown): number;
    value(score: string, now: unknown): number;
    assess(now: unknown, detail: number): unknown;
    document(now: unknown): unknown;
    snapshot(): Uint8Array;
    events(): unknown;
    learn(events: unknown): unknown;
    size(): number;
    forget(count: number): number;
    merge(snapshot: Uint8Array, now: unknown): boolean;
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
    next(rows: unknown[], more: boolean, visitor: string, now: number): unknown;
    parting(rows: unknown[], more: boolean, visitor: string, now: number): unknown;
    answered(ids: string[], status: number, retryAt: number, body: unknown, now: number, random: number): unknown;
    free(): void;
  }
  export function shipped_model(): string;
  export function translate(message: unknown, vocabulary: string, now: unknown): unknown;
  export function matches(condition: unknown, document: unknown): boolean;
  export function desk(): number;
  export function linear_memory(): unknown;
  export function restart(): void;
  export function settle(): void;
  export function initSync(options: { module: BufferSource | WebAssembly.Module }): unknown;
  export default function init(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

declare module "warmlead-check-glue" {
  export function check(model: unknown): unknown;
  export function check_condition(condition: unknown): unknown;
  export function check_events(events: unknown): unknown;
  export function diff(from: unknown, to: unknown, visitors: readonly unknown[], now: unknown): unknown;
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
