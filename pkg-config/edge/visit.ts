// One request of a visitor: what was known of them, what they do now, and what follows. It knows nothing of cookies, requests or responses,
// and nothing that fails in here comes out: `error` says it.

import type { Scorer, Visitor } from "warmlead";
import type { Assessment, Event, WarmleadError } from "../types/warmlead.d.ts";
import type { EdgeEventDetails, EdgeVisitor } from "../types/edge.d.ts";
import { allows, isChoice, readChoice } from "../browser/consent.ts";
import { misuse, named } from "../browser/misuse.ts";
import { freshId } from "../entry/id.ts";
import { cut, LONG, SHORT, shorten } from "./address.ts";
import { complain, invalidInput, known } from "./failure.ts";
import type { Kept } from "./token.ts";

/** Recorded at a time at which nothing exists yet: whether an event changes anything visible is not asked here, and costs an assessment. */
const UNSEEN = { now: 0 };

/** An event as it is recorded here. */
export interface OwnEvent extends Event {
  id: string;
}

/** Where a visit begins. */
export interface Start {
  /** `null` where the model can't be used, or the site's secret: nothing is known or kept then. */
  scorer: Scorer | null;
  error: WarmleadError | null;
  kept: Kept | null;
  refused: EdgeVisitor["refused"];
  /** `null`: not chosen yet. */
  consent: boolean | null;
  /** What a new visitor's consent is. */
  unasked: boolean | null;
  /** Whether the browser asks by Global Privacy Control not to be marketed to. */
  privacyControl: boolean;
  explain: boolean;
  /** Where this request stands: what every event is told of it. */
  place: { url: string; referrer: string | undefined };
}

export class Visit implements EdgeVisitor {
  readonly #start: Start;
  #kept: Kept | null;
  #id: string;
  #error: WarmleadError | null;
  #refused: EdgeVisitor["refused"];
  #consent: boolean | null;
  /** The last choice that was recorded, now or before. */
  #choice: Record<string, boolean> | null;
  #own: OwnEvent[] = [];
  #handle: Visitor | undefined;
  #assessment: Assessment | undefined;
  #asked = false;
  #wiped = false;
  #closed = false;

  constructor(start: Start) {
    this.#start = start;
    this.#kept = start.kept;
    this.#id = start.kept?.visitor ?? freshId();
    this.#choice = start.kept?.choice ?? null;
    this.#error = start.error;
    this.#refused = start.refused;
    this.#consent = start.consent;
  }

  get visitor(): string {
    this.#asked = true;
    return this.#id;
  }

  get error(): WarmleadError | null {
    return this.#error;
  }

  get refused(): EdgeVisitor["refused"] {
    // Whether a snapshot can be read shows when it is.
    this.#guard(() => this.#visitor());
    return this.#refused;
  }

  get consentGiven(): boolean | null {
    this.#asked = true;
    return this.#consent;
  }

  get assessment(): Assessment | null {
    this.#asked = true;
    return this.#guard(() => (this.#assessment ??= this.#visitor()?.assess({ explain: this.#start.explain }))) ?? null;
  }

  get document(): Record<string, unknown> | null {
    this.#asked = true;
    return this.#guard(() => this.#visitor()?.document()) ?? null;
  }

  readonly track = (type: string, properties?: object, details: EdgeEventDetails = {}): void => {
    this.#guard(() => {
      if (this.#closed) throw invalidInput("", "this request has been answered: what is to be kept must be tracked before the response is returned");
      this.#record(this.#event(type, properties, details));
    });
  };

  readonly identify = (traits: Record<string, unknown>): void => {
    this.track("identify", undefined, { traits });
  };

  readonly consent = (given: Record<string, boolean>): void => {
    this.#guard(() => {
      // A mistake of the site's is no refusal, which would remove the cookie.
      if (!isChoice(given)) return misuse(`consent(${named(given)}) changes nothing: a choice is an object of true and false, e.g. consent({ analytics: true })`);
      const choice = readChoice(given, this.#start.privacyControl);
      if (!allows(choice)) {
        // The page is scored on, for as long as this request lasts, without a name that was ever kept.
        this.#leaveBehind();
        this.#consent = false;
      } else {
        // What happened while consent was refused is never kept: it was somebody else's.
        if (this.#consent === false) this.#startOver();
        this.#consent = true;
      }
      this.track("consent", choice);
      this.#choice = choice;
    });
  };

  readonly forget = (): void => {
    this.#guard(() => {
      this.#startOver();
      this.#consent = this.#start.unasked;
    });
  };

  /** Records a page view, which `answered` may take back. Gives back its id. */
  page(details: EdgeEventDetails): string | undefined {
    return this.#guard(() => {
      const event = this.#event("page_view", undefined, details);
      this.#record(event);
      return event.id;
    });
  }

  /** Records a choice that was made elsewhere, unless it is known. */
  chosen(given: Record<string, boolean>): void {
    const choice = readChoice(given, this.#start.privacyControl);
    if (canonical(choice) !== canonical(this.#choice)) this.consent(choice);
  }

  /** Whether the site has looked at anything that differs between visitors. */
  get asked(): boolean {
    return this.#asked;
  }

  /** The request has been answered: nothing can be recorded any more. `without` names a page view that was none. */
  close(without: string | undefined): void {
    this.#closed = true;
    const left = this.#own.filter(({ id }) => id !== without);
    if (left.length === this.#own.length) return;
    this.#own = left;
    this.#assessment = undefined;
    this.dispose();
  }

  /** What is to become of what the site keeps of the visitor. */
  get outcome(): "keep" | "wipe" | "leave" {
    if (!this.#start.scorer) return "leave";
    if (this.#consent === true && this.#own.length > 0) return "keep";
    return this.#wiped || this.#consent === false ? "wipe" : "leave";
  }

  /** What is to be kept, but for the events. */
  get identity(): Omit<Kept, "snapshot"> {
    return { visitor: this.#id, choice: this.#choice };
  }

  /** The visitor with everything that is known of them now. Fails where nothing can be known. */
  get whole(): Visitor {
    return this.#visitor()!;
  }

  /**
   * Makes room before anything older has to go: of this request's events only short addresses stay, and those that are `tooLarge` even so are forgotten. Whether there were any.
   */
  async lighten(tooLarge: (event: OwnEvent) => Promise<boolean>): Promise<boolean> {
    const light = this.#own.map((event) => within(event, SHORT));
    const large = await Promise.all(light.map(tooLarge));
    if (!large.includes(true) && light.every((event, place) => event === this.#own[place])) return false;
    const { scorer } = this.#start;
    const rest = scorer!.visitor(this.#id, this.#kept?.snapshot);
    const gone = scorer!.visitor(this.#id);
    light.forEach((event, place) => (large[place] ? gone : rest).record(event, UNSEEN));
    gone.forget(gone.size);
    rest.merge(gone.snapshot(), UNSEEN);
    gone.dispose();
    this.dispose();
    this.#handle = rest;
    return true;
  }

  /** Frees what it holds in the engine. What is asked afterwards is worked out anew. */
  dispose(): void {
    this.#handle?.dispose();
    this.#handle = undefined;
  }

  /** Takes note of what went wrong. */
  fail(error: unknown): void {
    this.#error ??= known(error);
    complain(error);
  }

  #event(type: string, properties: object | undefined, details: EdgeEventDetails): OwnEvent {
    const { url, referrer } = this.#start.place;
    const given = { url, referrer, ...details, id: freshId(), type, time: Math.floor(Date.now()), properties };
    // As it will be kept: what is no plain data becomes it now.
    return within(JSON.parse(JSON.stringify(given)) as OwnEvent, LONG);
  }

  #record(event: OwnEvent): void {
    if (!this.#start.scorer) return;
    this.#visitor()?.record(event, UNSEEN);
    this.#own.push(event);
    this.#assessment = undefined;
  }

  /** The visitor in the engine, made when first needed. */
  #visitor(): Visitor | undefined {
    const { scorer } = this.#start;
    if (this.#handle || !scorer) return this.#handle;
    try {
      this.#handle = scorer.visitor(this.#id, this.#kept?.snapshot);
    } catch (error) {
      if (!this.#kept || known(error).code !== "INVALID_SNAPSHOT") throw error;
      this.#leaveBehind();
      this.#refused = "unreadable";
      this.#handle = scorer.visitor(this.#id);
    }
    for (const event of this.#own) this.#handle.record(event, UNSEEN);
    return this.#handle;
  }

  /** Becomes another visitor, of whom nothing is known. */
  #startOver(): void {
    this.#leaveBehind();
    this.#own = [];
  }

  /** Becomes a visitor of whom nothing is known but what happens now. */
  #leaveBehind(): void {
    this.dispose();
    this.#wiped = true;
    this.#kept = null;
    this.#id = freshId();
    this.#choice = null;
    this.#assessment = undefined;
  }

  #guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.fail(error);
      return undefined;
    } finally {
      if (this.#closed) this.dispose();
    }
  }
}

function canonical(choice: Record<string, boolean> | null): string {
  return JSON.stringify(Object.entries(choice ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** An event whose addresses and title have at most so many characters. */
function within(event: OwnEvent, most: number): OwnEvent {
  const short = { ...event };
  // What is no text, the engine refuses.
  for (const key of ["url", "referrer"] as const) if (typeof event[key] === "string") short[key] = shorten(event[key], most);
  if (typeof event.title === "string") short.title = cut(event.title, most);
  const same = short.url === event.url && short.referrer === event.referrer && short.title === event.title;
  return same ? event : short;
}
