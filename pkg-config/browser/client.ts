// The browser client: what a page holds in its hand. It puts tracker, visit, keeper, sync and overlays together, and keeps everything that
// goes wrong in here from the page.

import type { ActionHandler, EventDetails, Queue as Shown, StartOptions, Warmlead } from "../types/browser.d.ts";
import type { WarmleadError as WarmleadErrorType } from "../types/warmlead.d.ts";
import { WarmleadError } from "../entry/error.ts";
import { freshId } from "../entry/id.ts";
import { handlers } from "./actions/index.ts";
import { allows, isChoice, readChoice } from "./consent.ts";
import { listen } from "./document.ts";
import { idle, loadModel, loadModule, type Loaded } from "./engine.ts";
import { eventOf, type RecordedEvent } from "./event.ts";
import { internal } from "./failure.ts";
import { Overlays } from "./overlay.ts";
import { Keeper } from "./keeper.ts";
import { misuse, named } from "./misuse.ts";
import { addressOf, readOptions } from "./options.ts";
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
  readonly #keeper: Keeper;
  /** `undefined` where nothing is ever sent, and until the module is there. */
  #sync: Sync | undefined;
  #loaded: Loaded | undefined;
  #assessed: { revision: number; assessment: Receipted } | undefined;
  /** What comes next after an assessment. */
  #outlook: { of: Receipted; next: NonNullable<Warmlead["next"]> } | undefined;
  #listeners = new Set<() => void>();
  #update: ReturnType<typeof setTimeout> | undefined;
  readonly #ends: (() => void)[] = [];

  constructor(given: unknown) {
    const options = readOptions(given);
    this.#options = options;
    const { collector = "/v1" } = options;
    this.#collector = collector === null ? null : addressOf(collector).replace(/\/+$/, "");
    this.#tabs = new Tabs((news) => this.#guard(() => this.#hear(news)));
    this.#keeper = new Keeper(this.#queue, this.#visit, this.#tabs, options.consent === "given", () => this.#changed());
    this.#tracker = new Tracker(() => this.page());
    this.#overlays = new Overlays({
      handlers: { ...handlers, ...options.handlers } as Record<string, ActionHandler>,
      assessment: () => this.assessment,
      turn: (decide) => this.#tabs.turn(() => void this.#guard(decide)),
      client: this,
    });
    this.#queue.onwiped = () => this.#aside(() => this.#startOver());
    this.#listenToPage();
    if (options.pageViews !== false) this.#guard(() => this.#tracker.start());
    const kept = this.#keeper.begin().catch((error: unknown) => this.#complain(error));
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
    const assessment = this.#guard(() => this.#visit.assess(Date.now(), "receipt")) as Receipted | null | undefined;
    this.#assessed = assessment ? { revision, assessment } : undefined;
    return assessment ?? null;
  }

  get next(): Warmlead["next"] {
    const { assessment } = this;
    if (!assessment) return null;
    if (this.#outlook?.of !== assessment) {
      const { next_change = null, to_mql = [] } = this.#guard(() => this.#visit.assess(assessment.at, true)) ?? {};
      this.#outlook = { of: assessment, next: { next_change, to_mql } };
    }
    return this.#outlook.next;
  }

  get document(): object | null {
    return this.#guard(() => this.#visit.document(Date.now())) ?? null;
  }

  get model(): object | null {
    return this.#loaded?.model ?? null;
  }

  get consentGiven(): boolean | null {
    return this.#keeper.consent;
  }

  get queue(): Shown {
    const counts = this.#queue.counts;
    return {
      ...counts,
      sends: this.#collector !== null,
      waiting: counts.waiting + this.#keeper.pending,
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
      // A mistake of the page's is no refusal, which would wipe what is stored.
      if (!isChoice(given)) return misuse(`consent(${named(given)}) changes nothing: a choice is an object of true and false, e.g. consent({ analytics: true })`);
      const control = (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl;
      const choice = readChoice(given, control === true);
      if (this.#alive || !allows(choice)) this.#aside(() => this.#keeper.choose(choice));
      this.track("consent", choice);
      this.#tabs.tell({ kind: "consent", choice });
    });
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    if (typeof listener !== "function") {
      misuse(`subscribe(${named(listener)}) changes nothing: it takes a function, which it calls after each change`);
      return () => {};
    }
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
        const listener = { changed: () => this.#changed(), arrived: () => this.#aside(() => this.#replaceMakeshift()) };
        this.#sync = new Sync(this.#queue, this.#visit, this.#tabs, new Transport(this.#collector), listener);
        await this.#keeper.connect(this.#sync);
      }
      // A model that can't be used stops no event from being kept and sent.
      await this.#useModel().catch((error: unknown) => this.#fail(error));
      await kept;
      if (!this.#alive) return;
      this.#status = "running";
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
    this.#aside(() => this.#keeper.take(event));
    this.#changed();
  }

  async #startOver(): Promise<void> {
    this.#overlays.reset();
    await this.#keeper.startOver();
    this.#changed();
  }

  #hear(news: News): void {
    if (!this.#alive) return;
    switch (news.kind) {
      case "events":
        if (this.#keeper.keeping && news.visitor === this.#visit.id) this.#visit.learn(news.events);
        break;
      case "settled":
        if (this.#keeper.keeping) this.#aside(() => this.#queue.settledElsewhere(news.ids).then(() => this.#changed()));
        break;
      case "consent":
        // What was granted comes as an event of that tab, too; of a refusal nothing comes any more.
        if (!allows(news.choice) || !this.#keeper.consent) this.#aside(() => this.#keeper.choose(news.choice));
        if (!allows(news.choice)) this.track("consent", news.choice);
        break;
      case "forgotten":
        this.#aside(() => this.#startOver());
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
      this.#aside(() => this.#keeper.catchUp());
    });
    this.#on(window, "online", () => {
      this.#sync?.online();
      this.#changed();
    });
    this.#on(window, "offline", () => this.#changed());
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") this.#guard(() => this.#tick());
    }, TICK);
    this.#ends.push(() => clearInterval(timer));
  }

  #on(target: EventTarget, type: string, listener: (event: Event) => void): void {
    const guarded = (event: Event) => this.#guard(() => listener(event));
    this.#ends.push(listen(target, type, guarded));
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
    for (const end of this.#ends.splice(0)) end();
    this.#tracker.stop();
    this.#overlays.stop();
    this.#sync?.stop();
    this.#tabs.close();
    this.#aside(() => this.#keeper.stop());
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

  /** Does something that takes its time; nobody waits for it. */
  #aside(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => this.#complain(error));
  }

  #complain(error: unknown): void {
    console.warn("warmlead:", error);
  }

  #fail(error: unknown): void {
    this.#error = error instanceof WarmleadError ? error : internal(error);
    this.#complain(this.#error);
  }
}
