// Page views: when the page loads, when a single-page app changes path or query, when the back button restores the page. Nothing else.

import { listen } from "./document.ts";
import type { Place } from "./event.ts";

/** So long a single-page app gets to settle on an address and a title, in milliseconds. */
const SETTLE = 50;
/** So much of an address is recorded, in characters: as much as common servers take. Pages that keep their state in it may have more than an event holds. */
const LONGEST = 8_192;

export class Tracker {
  readonly #pageView: () => void;
  readonly #ends: (() => void)[] = [];
  #url = address();
  #referrer = textOf("referrer");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(pageView: () => void) {
    this.#pageView = pageView;
  }

  /** Where the visitor is and came from. */
  get place(): Place {
    this.#move();
    return { url: this.#url, title: textOf("title"), referrer: this.#referrer };
  }

  start(): void {
    const prerendered = document as { prerendering?: boolean };
    if (prerendered.prerendering === true) this.#listen(document, "prerenderingchange", () => this.#pageView());
    else this.#pageView();
    this.#listen(window, "popstate", () => this.#later());
    this.#listen(window, "pageshow", (event) => {
      if (!(event as PageTransitionEvent).persisted) return;
      // Where from, nobody knows.
      this.#referrer = "";
      this.#pageView();
    });
    this.#wrap("pushState");
    this.#wrap("replaceState");
  }

  /** Records a change of address that has not been recorded yet. */
  check(): void {
    clearTimeout(this.#timer);
    if (this.#move()) this.#pageView();
  }

  stop(): void {
    clearTimeout(this.#timer);
    for (const end of this.#ends.splice(0)) end();
  }

  /** Notes where the page is now; whether that is elsewhere. */
  #move(): boolean {
    const url = address();
    if (pathAndQuery(url) === pathAndQuery(this.#url)) return false;
    this.#referrer = this.#url;
    this.#url = url;
    return true;
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), SETTLE);
  }

  #listen(target: EventTarget, type: string, listener: (event: Event) => void): void {
    this.#ends.push(listen(target, type, listener));
  }

  /** The browser has no event for these that works everywhere. */
  #wrap(name: "pushState" | "replaceState"): void {
    const original = history[name];
    let stopped = false;
    const wrapped: typeof original = (...change) => {
      original.apply(history, change);
      if (!stopped) this.#later();
    };
    history[name] = wrapped;
    this.#ends.push(() => {
      stopped = true;
      // Somebody may have wrapped it after us.
      if (history[name] === wrapped) history[name] = original;
    });
  }
}

/** What the document says of itself, also where an element of that name, such as `<form name="title">`, stands before it. */
function textOf(name: "title" | "referrer"): string {
  const found: unknown = document[name];
  return typeof found === "string" ? found : String(Reflect.get(Document.prototype, name, document));
}

/** The page's address without its fragment, which is no other page and may carry secrets. */
function address(): string {
  return location.href.split("#", 1)[0]!.slice(0, LONGEST);
}

function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
