/**
 * The browser client: it sees what a visitor does, scores it in the page, keeps it until the collector has it,
 * and shows the actions that the scoring model asks for.
 *
 * ```js
 * import { start } from "warmlead/browser";
 *
 * const warmlead = start({ collector: "https://score.acme.example/v1" });
 * // When the visitor has chosen:
 * warmlead.consent({ analytics: true, marketing: false });
 * // Wherever something happens that the model weighs:
 * warmlead.track("add_to_cart", { value: 49 });
 * ```
 *
 * No method throws, and nothing that fails in here reaches the page: look at `status` and `error`.
 */

import type { Assessment, WarmleadError } from "./warmlead.js";

/** What {@link start} can be told. A misspelt name or a wrong value is told of on the console; the others count all the same. */
export interface StartOptions {
  /** Where the collector's API is. `null`: nothing is ever sent. Default `"/v1"`. */
  collector?: string | { readonly href: string } | null;
  /** The scoring model, or where it is. Default: `model` below the collector; if that can't be had, the model that ships with Warmlead, and the console says so. */
  model?: object | string;
  /** Where the module is. Default: `warmlead.wasm` beside this script; in a bundle, what the bundle has. */
  wasm?: string | { readonly href: string };
  /**
   * `"ask"` (default): until {@link Warmlead.consent} says so, everything stays in the page's memory: nothing is stored and no event
   * leaves the page. A consent given earlier in this browser still holds. `"given"`: no consent is needed, or the site has it already.
   */
  consent?: "ask" | "given";
  /** Whether page views are recorded: on load, when a single-page app changes path or query, and when the back button restores a page. Default `true`. */
  pageViews?: boolean;
  /** What shows the actions, by `do.type`, added to the built-in `chat`, `form` and `banner`. */
  handlers?: Record<string, ActionHandler>;
}

/** An action of the scoring model that is due. */
export interface Action {
  /** Its id. */
  id: string;
  /** Higher comes first. */
  priority: number;
  /** What to do, as the model says; `type` names the handler. */
  do: { type: string; [key: string]: unknown };
}

/** Shows an action. May give back a function that closes it; {@link Warmlead.stop} and {@link Warmlead.forget} call it. */
export type ActionHandler = (action: Action, context: ActionContext) => void | (() => void);

/**
 * What a handler tells the client, and may ask of it. Each of the first four records an event (`action_shown` …), at most once. Without consent
 * what is tracked stays in the page: a handler that says that something is sent looks at `consentGiven` first, and at `queue` for how far it has come.
 */
export interface ActionContext extends Pick<Warmlead, "track" | "identify" | "consent" | "consentGiven" | "queue" | "subscribe"> {
  /** The visitor sees it. */
  shown(): void;
  /** The visitor closed it. */
  dismissed(): void;
  /** The visitor took it up. */
  clicked(): void;
  /** The visitor did what it asks for. */
  converted(): void;
  /** It is gone, for whatever reason: another may come. */
  done(): void;
}

/** What waits for the collector, and what became of the rest. */
export interface Queue {
  /** Whether there is a collector to send to: `false` after `start({ collector: null })`. */
  readonly sends: boolean;
  /** Events that the collector has not acknowledged yet. */
  readonly waiting: number;
  /** Events of this browser that it has acknowledged: they count once, whatever happens. */
  readonly acknowledged: number;
  /** Events that were given up: the oldest of more than 10 000, and those that the collector refused. */
  readonly dropped: number;
  /** Where they wait. `"memory"`: without consent, or where IndexedDB is missing, blocked or full. */
  readonly store: "indexeddb" | "memory";
  /** Whether the browser thinks that it has a network. */
  readonly online: boolean;
  /** What the collector, having replayed the events, said of the last score it was sent; `null` before. */
  readonly verdict: "same" | "fewer events" | "refuted" | null;
  /** When the next attempt is due after one that failed, in milliseconds since 1970; else `null`. */
  readonly retryAt: number | null;
}

/** Details of an event. */
export interface EventDetails {
  /** What it says about the visitor. */
  traits?: object;
  /** Whether it happened away from the site: it then neither starts nor extends a session. */
  offsite?: boolean;
  /** Default: the page's address. */
  url?: string;
  /** Default: the page's title. */
  title?: string;
  /** Default: where the visitor came from. */
  referrer?: string;
}

/** A running client. */
export interface Warmlead {
  /** Settled when scoring runs, or can't: never rejected. */
  readonly ready: Promise<void>;
  /** `"unsupported"`: the module could not be loaded or run, or there is no page, as on a server (`error` says why); the page is none the worse. */
  readonly status: "starting" | "running" | "unsupported" | "stopped";
  /** What keeps it from running, or what is wrong with the model; else `null`. */
  readonly error: WarmleadError | null;
  /** The visitor's id: random, kept only with consent. It may change until `ready`, and does on `forget()` and on refused consent. */
  readonly visitor: string;
  /** The assessment of now, with its receipt; `null` until `ready`. */
  readonly assessment: (Assessment & { receipt: NonNullable<Assessment["receipt"]> }) | null;
  /** What comes next: when time alone changes the stage, and what would make the visitor an MQL; `null` until `ready`. To ask takes milliseconds. For panels. */
  readonly next: Required<Pick<Assessment, "next_change" | "to_mql">> | null;
  /** The visitor document that the model's conditions see; `null` until `ready`. For panels. */
  readonly document: object | null;
  /** The scoring model in use; `null` until `ready`. */
  readonly model: object | null;
  /** `null`: not chosen yet. */
  readonly consentGiven: boolean | null;
  /** What waits for the collector. */
  readonly queue: Queue;
  /**
   * Records an event.
   * @param type A name of `docs/events.md`, a Segment name, or any other.
   */
  track(type: string, properties?: object, more?: EventDetails): void;
  /** Records a page view: for sites that set `pageViews: false`. */
  page(): void;
  /** Records traits of the visitor, such as `{ email, role, company: { size: 120 } }`. */
  identify(traits: object): void;
  /**
   * Records the visitor's choice. With at least one `true`, what is in memory is stored and sent, and so is what follows, on later pages,
   * too. With none, consent is refused: whatever is stored is wiped, nothing is sent, and scoring goes on in memory only. A refusal is not
   * stored: call this on every page. Where the browser sends Global Privacy Control, `marketing` counts as `false` unless named here.
   * Anything but an object of booleans changes nothing, and is told of on the console.
   */
  consent(choice: Record<string, boolean>): void;
  /** Calls `listener` after anything visible has changed. Gives back a function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Sends now what waits, unless the collector asked for a pause. Settled when it has been tried. */
  flush(): Promise<void>;
  /** Wipes everything that is stored here and starts over with a new visitor. What the collector has stays there. */
  forget(): Promise<void>;
  /** Ends it: no more page views, actions, timers; what waits is stored, with consent. */
  stop(): void;
}

/**
 * Starts the client. Gives back at once; the module is loaded when the browser is idle. Starting twice gives the same client back.
 */
export function start(options?: StartOptions): Warmlead;
