// When an action may be shown: one at a time, after the visitor's first interaction, never while they type, a dialog is open or something fills the screen. Which
// actions are due, the engine says; what they look like, their handlers. Holdouts are recorded at the moment at which the others see theirs.
// Of two windows side by side one shows it, and the other then knows.

import type { Action, ActionContext, ActionHandler, Warmlead } from "../types/browser.d.ts";
import type { Assessment } from "../types/warmlead.d.ts";
import { all, listen } from "./document.ts";

/** The pause between two overlays, in milliseconds. */
const PAUSE = 1_000;
/** Scrolling right after the page has loaded is the browser's, restoring the position. */
const RESTORING = 1_000;

/** What it needs to know of the client. */
export interface Host {
  handlers: Record<string, ActionHandler>;
  assessment(): Assessment | null;
  /** Runs `decide` when no other tab of the visitor is deciding; false if one is. */
  turn(decide: () => void): Promise<boolean>;
  client: Warmlead;
}

export class Overlays {
  readonly #host: Host;
  readonly #started = performance.now();
  readonly #ends: (() => void)[] = [];
  #interacted = false;
  /** What has been shown or held out on this page: once each, whatever the model says. */
  #had = new Set<string>();
  /** What is open. */
  #open: { close?: (() => void) | undefined } | undefined;
  #deciding = false;
  /** Whether something went wrong that was said. */
  #failed = false;
  /** Until when nothing may follow what was open. */
  #pauseEnds = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
    const interact = (event: Event) => {
      if (this.#interacted || (event.type === "scroll" && performance.now() - this.#started < RESTORING)) return;
      this.#interacted = true;
      this.#later(0);
    };
    for (const type of ["pointerdown", "keydown", "scroll"]) this.#listen(type, interact);
    // A field, or what filled the screen, may have been in the way.
    for (const type of ["focusout", "fullscreenchange"]) this.#listen(type, () => this.#later(0));
  }

  /** Shows what is due, if the moment is right. Never throws: it is called by timers, too. */
  consider(): void {
    try {
      this.#consider();
    } catch (error) {
      // What the page has done to its document it will have done the next time, too.
      if (!this.#failed) console.warn("warmlead: can't see whether something may be shown now:", error);
      this.#failed = true;
    }
  }

  #consider(): void {
    if (this.#deciding || !this.#isMoment() || this.#due().length === 0) return;
    this.#deciding = true;
    void this.#host.turn(() => this.#decide()).then((had) => {
      this.#deciding = false;
      if (!had) this.#later(PAUSE);
    });
  }

  /** Much may have happened while it was another tab's turn. */
  #decide(): void {
    if (!this.#isMoment()) return;
    for (const due of this.#due()) {
      const id = typeof due === "string" ? due : due.id;
      this.#had.add(id);
      if (typeof due === "string") this.#host.client.track("action_held_out", { action: id });
      else if (this.#show(due)) return;
    }
  }

  #isMoment(): boolean {
    if (this.#open || !this.#interacted || document.hidden || document.fullscreenElement || isTyping() || hasDialog()) return false;
    const pause = this.#pauseEnds - performance.now();
    if (pause > 0) this.#later(pause);
    return pause <= 0;
  }

  /** The ids of actions to hold out, and the actions to show, best first. */
  #due(): (string | Action)[] {
    const assessment = this.#host.assessment();
    if (!assessment) return [];
    return [...assessment.held_out.filter((id) => !this.#had.has(id)), ...assessment.show.filter(({ id }) => !this.#had.has(id))];
  }

  /** Closes what is open and forgets what was shown: for another visitor. */
  reset(): void {
    this.#had.clear();
    this.#shut();
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#interacted = false;
    this.#shut();
    clearTimeout(this.#timer);
  }

  #show(action: Action): boolean {
    const handler = Object.hasOwn(this.#host.handlers, action.do.type) ? this.#host.handlers[action.do.type] : undefined;
    if (!handler) {
      console.warn(`warmlead: action \`${action.id}\` wants \`${action.do.type}\`, for which there is no handler`);
      return false;
    }
    const open: { close?: (() => void) | undefined } = {};
    this.#open = open;
    const done = () => {
      if (this.#open !== open) return;
      this.#open = undefined;
      this.#pauseEnds = performance.now() + PAUSE;
      this.#later(PAUSE);
    };
    try {
      open.close = handler(action, this.#context(action.id, done)) ?? undefined;
    } catch (error) {
      console.warn(`warmlead: the handler of action \`${action.id}\` failed:`, error);
      done();
    }
    return true;
  }

  #context(action: string, done: () => void): ActionContext {
    const { client } = this.#host;
    const reported = new Set<string>();
    const report = (type: string) => {
      if (reported.has(type)) return;
      reported.add(type);
      client.track(type, { action });
    };
    return {
      shown: () => report("action_shown"),
      dismissed: () => report("action_dismissed"),
      clicked: () => report("action_clicked"),
      converted: () => report("action_converted"),
      done,
      track: client.track,
      identify: client.identify,
      consent: client.consent,
      subscribe: client.subscribe,
      get consentGiven() {
        return client.consentGiven;
      },
      get queue() {
        return client.queue;
      },
    };
  }

  #shut(): void {
    const open = this.#open;
    this.#open = undefined;
    try {
      open?.close?.();
    } catch (error) {
      console.warn("warmlead: a handler failed to close:", error);
    }
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.consider(), delay);
  }

  #listen(type: string, listener: (event: Event) => void): void {
    this.#ends.push(listen(document, type, listener, { capture: true, passive: true }));
  }
}

/** Whether the visitor is in a field that takes text. */
function isTyping(): boolean {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  if (!(focused instanceof HTMLElement)) return false;
  const buttons = ["button", "submit", "reset", "checkbox", "radio", "range", "color", "file", "image"];
  if (focused instanceof HTMLInputElement) return !buttons.includes(focused.type);
  return focused instanceof HTMLTextAreaElement || focused instanceof HTMLSelectElement || focused.isContentEditable;
}

/** Whether the page has a dialog of its own on screen. */
function hasDialog(): boolean {
  const dialogs = all("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]");
  return dialogs.some((dialog) => dialog.getClientRects().length > 0);
}
