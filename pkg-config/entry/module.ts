// The forms in which the module comes, and how each is compiled. It knows nothing of instances.

import { failure, invalidInput, notLoaded, unsupported, type WarmleadError } from "./error.ts";

/** The module at hand: its bytes, or compiled. */
export type Binary = BufferSource | WebAssembly.Module;

/** Where the module is to be had: at an address, in an answer of a server, or at hand. */
export type Source = string | URL | Response | Binary;

/** What reads base64 text at once, where the runtime has it: new ones, and Node. */
type Readers = { Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> }; Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> } };

/** The module that base64 text holds. Byte by byte takes 5 ms at a start. */
export function decode(base64: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: bytes, Buffer } = globalThis as unknown as Readers;
  return bytes.fromBase64?.(base64) ?? Buffer?.from(base64, "base64") ?? byteByByte(atob(base64));
}

function byteByByte(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
}

/** Compiles the module off the main path: while it loads, if the server names its type. Fails with UNSUPPORTED_RUNTIME or MODULE_NOT_LOADED. */
export async function compile(given: Source | PromiseLike<Source>): Promise<WebAssembly.Module> {
  // Looked for first: where it is missing, there is nothing to download.
  if (typeof WebAssembly === "undefined") throw unsupported("WebAssembly is undefined");
  const source = await arrived(given);
  const found = isResponse(source) ? await bodyOf(source) : source;
  try {
    if (isResponse(found)) return await WebAssembly.compileStreaming(found);
    return isBytes(found) ? await WebAssembly.compile(found) : found;
  } catch (cause) {
    throw await refused(source, cause);
  }
}

/** Why a module could not be compiled: where the smallest one can, nothing is missing or forbidden, and it is this one, or what came of it. */
async function refused(source: Response | Binary, cause: unknown): Promise<WarmleadError> {
  const smallest = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  if (!(await WebAssembly.compile(smallest).then(() => true, () => false))) return unsupported(cause);
  const what = (isResponse(source) && source.url) || "the module";
  if ((cause as Error).name !== "CompileError") return notLoaded(`${what} broke off while it loaded`, cause);
  return failure("UNSUPPORTED_RUNTIME", `${what} can't be compiled: it is cut off or changed, or this runtime is too old for it`, cause);
}

/** What is at hand, checked to be a module at all. Fails with INVALID_INPUT. */
export function atHand(given: unknown): Binary {
  if (isBytes(given) ? startsAsModule(given) : kindOf(given) === "WebAssembly.Module") return given as Binary;
  throw invalidInput("", "this is no WebAssembly module: give warmlead.wasm as a WebAssembly.Module, its bytes, a Response or an address");
}

/** Whether the module has yet to come. */
export function isRemote(given: unknown): given is string | URL | Response | PromiseLike<Source> {
  const { href, then } = Object(given) as { href?: unknown; then?: unknown };
  return typeof given === "string" || typeof href === "string" || typeof then === "function" || isResponse(given);
}

async function arrived(given: Source | PromiseLike<Source>): Promise<Response | Binary> {
  let address = "";
  try {
    const source = await given;
    if (typeof source !== "string" && !("href" in source)) return source;
    address = ` at ${source}`;
    return await fetch(source);
  } catch (cause) {
    throw notLoaded(`warmlead.wasm can't be had${address}`, cause);
  }
}

/** What a server has answered: the answer itself, if it can be compiled while it loads, else its bytes. */
async function bodyOf(response: Response): Promise<Response | Binary> {
  if (!response.ok) throw notLoaded(`${response.url} answered ${response.status}`);
  // What a stand-in for fetch answers with, no browser compiles.
  const streams = kindOf(response) === "Response" && typeof WebAssembly.compileStreaming === "function";
  if (streams && response.headers.get("content-type") === "application/wasm") return response;
  const bytes = await response.arrayBuffer().catch((cause: unknown) => {
    throw notLoaded(`warmlead.wasm can't be had at ${response.url}`, cause);
  });
  // Many a server answers with a page where it has no such file.
  if (!startsAsModule(bytes)) throw notLoaded(`what ${response.url} gave is no WebAssembly module`);
  return bytes;
}

function startsAsModule(bytes: BufferSource): boolean {
  const [zero, a, s, m] = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  return zero === 0 && a === 0x61 && s === 0x73 && m === 0x6d;
}

// What comes from another realm, as in the sandboxes of edge runtimes, is no instance of this realm's classes: hence by what they say they are.

function isBytes(value: unknown): value is BufferSource {
  return ArrayBuffer.isView(value) || kindOf(value) === "ArrayBuffer";
}

function isResponse(value: unknown): value is Response {
  return typeof (Object(value) as Response).arrayBuffer === "function";
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
