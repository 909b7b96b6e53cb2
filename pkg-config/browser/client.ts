// The browser client: puts tracker, visit, queue, sync and overlays together, and keeps everything that happens in here from the page.

import type { ActionHandler, EventDetails, Queue as Shown, StartOptions, Warmlead } from "../types/browser.d.ts";
import type { WarmleadError as WarmleadErrorType } from "../types/warmlead.d.ts";
import { WarmleadError } from "../entry/error.ts";
import { freshId } from "../entry/id.ts";
import { handlers } from "./actions/index.ts";
import { allows, readChoice } from "./consent.ts";
import { idle, loadModel, loadModule, type Loaded } from "./engine.ts";
import { eventOf, type RecordedEvent } from "./event.ts";
import { Overlays } from "./overlay.ts";
import { Queue } from "./queue.ts";
import { Sync } from "./sync.ts";
import { Tabs, type News } from "./tabs.ts";
import { Tracker } from "./tracker.ts";
import { Transport } from "./transport.ts";
import { Visit } from "./visit.ts";

/** How often time alone is looked at, in milliseconds: windows and decays move at full hours and days, sessions run out. */
const TICK = 60_000;

type Receipted = NonNullable<Warmlead["assessment"]>;

export class Client implements Warmlead {
  readonly ready: Promise<void>;
  #status: Warmlead["status"] = "starting";
  #error: WarmleadError | null = null;
  readonly #options: StartOptions;
  readonly #collector: string | null;
  readonly #visit = new Visit(freshId());
  readonly #queue = new Queue();
  readonly #tabs: Tabs;
  readonly #tracker: Tracker;
  readonly #overlays: Overlays;
  /** `undefined` where nothing is ever sent, and until the module is there. */
  #sync: Sync | undefined;
  #loaded: Loaded | undefined;
  #consent: boolean | null;
  /** Whether events are being stored and sent: consent is given, and whose they are is known. */
  #keeping = false;
  /** This page's events so far, to be kept as soon as that is so. */
  #pending: RecordedEvent[] = [];
  /** This installation's id. */
  #installation = freshId();
  /** Grows when everything is wiped: what was begun before has no effect any more. */
  #age = 0;
  #assessed: { revision: number; assessment: Receipted } | undefined;
  #listeners = new Set<() => void>();
  #update: ReturnType<typeof setTimeout> | undefined;
  readonly #ends: (() => void)[] = [];

  constructor(options: StartOptions) {
    this.#options = options;
    this.#collector = options.collector === null ? null : String(options.collector ?? "/v1").replace(/\/+$/, "");
    this.#consent = options.consent === "given" ? true : null;
    this.#tabs = new Tabs((news) => this.#guard(() => this.#hear(news)));
    this.#tracker = new Tracker(() => this.page());
    this.#overlays = new Overlays({
      handlers: { ...handlers, ...options.handlers } as Record<string, ActionHandler>,
      assessment: () => this.assessment,
      track: this.track,
      identify: this.identify,
    });
    this.#queue.onwiped = () => this.#guard(() => this.#startOver());
    this.#listenToPage();
    if (options.pageViews !== false) this.#guard(() => this.#tracker.start());
    const kept = this.#consent ? this.#keep(false) : this.#resume();
    this.ready = this.#begin(kept);
  }

  get status(): Warmlead["status"] {
    return this.#status;
  }

  get error(): WarmleadErrorType | null {
    // The class is declared by hand as the package's own.
    return this.#error as WarmleadErrorType | null;
  }

  get visitor(): string {
    return this.#visit.id;
  }

  get assessment(): Receipted | null {
    const { revision } = this.#visit;
    if (this.#assessed?.revision === revision) return this.#assessed.assessment;
    const assessment = this.#guard(() => this.#visit.assess(Date.now(), true)) as Receipted | null | undefined;
    this.#assessed = assessment ? { revision, assessment } : undefined;
    return assessment ?? null;
  }

  get document(): object | null {
    return this.#guard(() => this.#visit.document(Date.now())) ?? null;
  }

  get model(): object | null {
    return this.#loaded?.model ?? null;
  }

  get consentGiven(): boolean | null {
    return this.#consent;
  }

  get queue(): Shown {
    const counts = this.#queue.counts;
    return {
      ...counts,
      waiting: counts.waiting + this.#pending.length,
      store: this.#queue.kind,
      online: navigator.onLine,
      verdict: this.#sync?.verdict ?? null,
      retryAt: this.#guard(() => this.#sync?.retryAt) ?? null,
    };
  }

  readonly track = (type: string, properties?: object, more: EventDetails = {}): void => {
    this.#guard(() => {
      // A single-page app may have changed the address a moment ago: its page view comes first.
      if (this.#options.pageViews !== false) this.#tracker.check();
      this.#record(eventOf(type, properties, more, this.#tracker.place));
    });
  };

  readonly page = (): void => {
    this.#guard(() => this.#record(eventOf("page_view", undefined, {}, this.#tracker.place)));
  };

  readonly identify = (traits: object): void => {
    this.track("identify", undefined, { traits });
  };

  readonly consent = (given: Record<string, boolean>): void => {
    this.#guard(() => {
      if (!this.#alive) return;
      const choice = readChoice(given);
      if (allows(choice)) this.#grant();
      else this.#refuse();
      this.track("consent", choice);
      this.#tabs.tell({ kind: "consent", choice });
    });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly flush = async (): Promise<void> => {
    try {
      await this.ready;
      await this.#sync?.flush();
    } catch (error) {
      this.#complain(error);
    }
  };

  readonly forget = async (): Promise<void> => {
    try {
      this.#tabs.tell({ kind: "forgotten" });
      await this.#startOver();
    } catch (error) {
      this.#complain(error);
    }
  };

  readonly stop = (): void => {
    this.#guard(() => {
      if (this.#status === "stopped") return;
      this.#sync?.part();
      this.#end("stopped");
    });
  };

  get #alive(): boolean {
    return this.#status === "starting" || this.#status === "running";
  }

  /** Brings the engine, and begins to score what has happened meanwhile. */
  async #begin(kept: Promise<void>): Promise<void> {
    try {
      await idle();
      await loadModule(this.#options.wasm);
      if (!this.#alive) return;
      if (this.#collector !== null) {
        const listener = { changed: () => this.#changed(), arrived: () => void this.#replaceMakeshift() };
        this.#sync = new Sync(this.#queue, this.#visit, this.#tabs, new Transport(this.#collector), listener);
        this.#sync.client = this.#installation;
        this.#sync.online(navigator.onLine);
      }
      // A model that can't be used stops no event from being kept and sent.
      await this.#useModel().catch((error: unknown) => this.#fail(error));
      await kept;
      if (!this.#alive) return;
      this.#status = "running";
      if (this.#keeping) await this.#sync?.recorded();
      this.#sync?.start();
    } catch (error) {
      this.#fail(error);
      this.#end("unsupported");
    }
    this.#changed();
  }

  async #useModel(): Promise<void> {
    const loaded = await loadModel(this.#options.model, this.#collector);
    if (!this.#alive || (loaded.makeshift && this.#loaded)) return;
    this.#loaded = loaded;
    this.#visit.begin(loaded.scorer);
    this.#changed();
  }

  /** The collector answers: its model may be had now. */
  async #replaceMakeshift(): Promise<void> {
    if (this.#loaded?.makeshift) await this.#useModel().catch(() => {});
  }

  #record(event: RecordedEvent): void {
    if (!this.#alive) return;
    this.#visit.record(event);
    if (this.#keeping) this.#store([event]);
    else if (this.#consent !== false) this.#pending.push(event);
    this.#changed();
  }

  #store(events: RecordedEvent[]): void {
    const { id } = this.#visit;
    void this.#queue.add(events).then(() => {
      this.#tabs.tell({ kind: "events", visitor: id, events });
      this.#changed();
      return this.#sync?.recorded();
    });
  }

  /** Goes on where an earlier page left off, if its visitor had consented. */
  async #resume(): Promise<void> {
    const age = this.#age;
    const consented = await this.#queue.resume();
    if (!consented || age !== this.#age || this.#consent !== null) return;
    this.#consent = true;
    await this.#keep(false);
  }

  #grant(): void {
    if (this.#consent === true) {
      // So that later pages know, if it was the site that gave it before.
      void this.#queue.open({ visitor: this.#visit.id, client: this.#installation }, true);
      return;
    }
    // What happened while consent was refused is neither stored nor sent, now or ever: it was somebody else's.
    if (this.#consent === false) this.#visit.reset(freshId());
    this.#consent = true;
    void this.#keep(true);
  }

  /** Begins to store and send. */
  async #keep(consented: boolean): Promise<void> {
    const age = this.#age;
    const identity = await this.#queue.open({ visitor: this.#visit.id, client: this.#installation }, consented);
    const history = await this.#queue.history();
    if (age !== this.#age || !this.#alive) return;
    this.#installation = identity.client;
    if (this.#sync) this.#sync.client = identity.client;
    if (identity.visitor !== this.#visit.id) this.#visit.rename(identity.visitor);
    this.#visit.learn(history);
    this.#keeping = true;
    this.#store(this.#pending.splice(0));
    this.#changed();
  }

  #refuse(): void {
    this.#consent = false;
    void this.#wipe();
    this.#visit.rename(freshId());
  }

  /** Another visitor, of whom nothing is known. */
  async #startOver(): Promise<void> {
    const wiped = this.#wipe();
    this.#visit.reset(freshId());
    this.#overlays.reset();
    this.#consent = this.#options.consent === "given" ? true : null;
    await wiped;
    if (this.#consent && this.#alive) await this.#keep(false);
    this.#changed();
  }

  async #wipe(): Promise<void> {
    this.#age++;
    this.#keeping = false;
    this.#pending = [];
    this.#installation = freshId();
    this.#sync?.reset();
    await this.#queue.wipe();
    this.#changed();
  }

  #hear(news: News): void {
    if (!this.#alive) return;
    switch (news.kind) {
      case "events":
        if (this.#keeping && news.visitor === this.#visit.id) this.#visit.learn(news.events);
        break;
      case "settled":
        if (this.#keeping) void this.#queue.settledElsewhere(news.ids).then(() => this.#changed());
        break;
      case "consent":
        if (allows(news.choice)) {
          // The choice itself comes as an event of that tab.
          if (this.#consent !== true) this.#grant();
        } else {
          this.#refuse();
          this.track("consent", news.choice);
        }
        break;
      case "forgotten":
        void this.#startOver();
        break;
    }
    this.#changed();
  }

  #listenToPage(): void {
    this.#on(document, "visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#leave();
      else this.#tick();
    });
    this.#on(window, "pagehide", () => {
      this.#leave();
      this.#tabs.close();
    });
    this.#on(window, "pageshow", (event) => {
      if (!(event as PageTransitionEvent).persisted) return;
      // Restored by the back button: other pages have gone on meanwhile.
      this.#tabs.open();
      if (this.#keeping) void this.#queue.history().then((history) => this.#keeping && this.#visit.learn(history));
    });
    this.#on(window, "online", () => this.#sync?.online(true));
    this.#on(window, "offline", () => this.#sync?.online(false));
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") this.#guard(() => this.#tick());
    }, TICK);
    this.#ends.push(() => clearInterval(timer));
  }

  #on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    const guarded = (event: Event) => this.#guard(() => listener(event));
    target.addEventListener(type, guarded);
    this.#ends.push(() => target.removeEventListener(type, guarded));
  }

  #leave(): void {
    if (this.#options.pageViews !== false) this.#tracker.check();
    this.#sync?.part();
  }

  /** Looks whether time has changed anything. */
  #tick(): void {
    const before = this.#assessed?.assessment;
    this.#assessed = undefined;
    const differs = JSON.stringify({ ...before, at: 0 }) !== JSON.stringify({ ...this.assessment, at: 0 });
    if (differs) this.#changed();
    else this.#overlays.consider();
  }

  /** Something visible may have changed: looks what to show, and says so, once for all that happens now. */
  #changed(): void {
    this.#update ??= setTimeout(() => {
      this.#update = undefined;
      if (this.#status === "running") this.#guard(() => this.#overlays.consider());
      for (const listener of [...this.#listeners]) this.#guard(listener);
    });
  }

  #end(status: "stopped" | "unsupported"): void {
    this.#status = status;
    this.#pending = [];
    for (const end of this.#ends.splice(0)) end();
    this.#tracker.stop();
    this.#overlays.stop();
    this.#sync?.stop();
    this.#tabs.close();
    void this.#queue.close();
    this.#changed();
  }

  /** Runs something on behalf of the page, to which no exception comes through. */
  #guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  #complain(error: unknown): void {
    console.warn("warmlead:", error);
  }

  #fail(error: unknown): void {
    const known = error instanceof WarmleadError;
    this.#error = known ? error : new WarmleadError({ code: "INTERNAL", path: "", message: "an internal error of warmlead; please report it" }, { cause: error });
    this.#complain(this.#error);
  }
}
