// What becomes of what a visitor has written, told truly: it is sent only once they have allowed it, and called received only once the
// collector has it. Where nothing may leave the page yet, it asks, beside what was written. It does not know what was written, nor how events travel.
//
//   do: { email?, consent?, texts?: { ask, ask_declined, allow, write, sending, offline, lost, never } }
//
// `email` is another way to reach the site's people, offered wherever the dialog can't deliver. `consent` is the choice that "Allow and send"
// records, { contact: true } by default: as with every consent, this visit is kept from then on, and the text says so.

import type { Action, ActionContext } from "../../types/browser.js";
import { isChoice } from "../consent.js";
import { words } from "./dialog.js";
import { element } from "./element.js";

/** A second click within this time, in milliseconds, was meant for what stood here before: it is no consent, and the button says that it is not one yet. */
const HASTE = 500;

/** The keys of `do` that are read here, and `texts`, which every dialog has. */
export const DELIVERY_KEYS = ["email", "consent", "texts"];

/** How far it has come. */
export type Fate = "nothing" | "ask" | "never" | "waits" | "stuck" | "lost" | "arrived";

/** What is on its way, and what is said about it. */
export interface Delivery {
  /** Says how far it has come. */
  readonly box: HTMLElement;
  /** Does `work`, which records events, now or as soon as the visitor has allowed it. `plain` is the same for an e-mail. */
  send(work: () => void, plain: string): void;
  /** Asks no more, and forgets what was not allowed. */
  withdraw(): void;
  /** Goes on telling about what was sent before. */
  resume(): void;
  /** Nobody looks any more. */
  end(): void;
}

/** What the dialog adds to it. */
interface Dialog {
  /** Where focus goes when the button that had it has done its work. */
  rest: HTMLElement;
  /** What stands there when the collector has it. */
  arrived(): HTMLElement;
  /** Something else is said now. */
  changed(fate: Fate, words: string): void;
}

/** Follows what is sent from a dialog. */
export function delivery({ do: { email, consent, texts } }: Action, context: ActionContext, dialog: Dialog): Delivery {
  const say = words(texts);
  const box = element("div", { class: "fate", tabindex: -1 });
  const held: { work: () => void; plain: string }[] = [];
  let fate: Fate = "nothing";
  let written = "";
  let dropped = 0;
  let hasty: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = context.subscribe(look);

  return {
    box,
    send(work, plain) {
      held.push({ work, plain });
      look();
    },
    withdraw() {
      held.length = 0;
      if (fate === "ask") show("nothing");
    },
    resume() {
      dropped = context.queue.dropped;
      if (context.consentGiven === true) show("waits");
      look();
    },
    end: unsubscribe,
  };

  function look(): void {
    const { consentGiven, queue } = context;
    if (held.length > 0) {
      if (!queue.sends) return show("never");
      if (consentGiven !== true) return show("ask");
      if (fate !== "waits" && fate !== "stuck") dropped = queue.dropped;
      for (const { work } of held.splice(0)) work();
      show("waits");
    } else if (fate === "ask") {
      // The words differ when the visitor has declined meanwhile.
      return show("ask");
    }
    if (fate !== "waits" && fate !== "stuck") return;
    const { waiting, dropped: gone, online, retryAt } = context.queue;
    // Without consent everything that waited has been wiped.
    if (consentGiven !== true || gone > dropped) show("lost");
    else if (waiting === 0) show("arrived");
    else show(online && retryAt === null ? "waits" : "stuck");
  }

  function show(next: Fate): void {
    const content = contentOf(next);
    const key = content.map((part) => part.outerHTML).join("");
    if (next === fate && key === written) return;
    if (next !== "ask" || fate !== "ask") hesitate(next === "ask");
    fate = next;
    written = key;
    const inside = box.contains((box.getRootNode() as ShadowRoot).activeElement);
    box.replaceChildren(...content);
    mark();
    if (inside) (box.querySelector("button") ?? dialog.rest).focus();
    dialog.changed(fate, content[0]?.textContent ?? "");
  }

  function hesitate(begin: boolean): void {
    clearTimeout(hasty);
    hasty = begin ? setTimeout(() => { hasty = undefined; mark(); }, HASTE) : undefined;
  }

  /** Not `disabled`, with which a button loses focus. */
  function mark(): void {
    const button = box.querySelector("button");
    if (hasty === undefined) button?.removeAttribute("aria-disabled");
    else button?.setAttribute("aria-disabled", "true");
  }

  function contentOf(next: Fate): HTMLElement[] {
    const note = (key: string, fallback: string) => element("p", { class: "note", dir: "auto" }, say(key, fallback));
    switch (next) {
      case "nothing":
        return [];
      case "ask":
        return [
          context.consentGiven === false
            ? note("ask_declined", "You declined, so nothing has left this page. This goes to us when you allow it; your visit from now on is then kept with it.")
            : note("ask", "This goes to us when you allow it. Your visit, from its first page on, is then kept with it."),
          ways(element("button", { class: "primary", type: "button", dir: "auto", onclick: allow }, say("allow", "Allow and send")), mail()),
        ];
      case "never":
        return [note("never", "This page sends nothing, so nobody would read this."), ways(mail())];
      case "waits":
        return [note("sending", "Sending.")];
      case "stuck":
        return [note("offline", "Not sent yet: there is no connection. It is sent as soon as there is one; keep this page open.")];
      case "lost":
        return [note("lost", "This could not be delivered."), ways(mail())];
      case "arrived":
        return [dialog.arrived()];
    }
  }

  function allow(): void {
    if (hasty !== undefined) return;
    // A choice that is none would change nothing, whatever the visitor presses.
    context.consent(isChoice(consent) ? consent : { contact: true });
    look();
  }

  function mail(): HTMLElement | null {
    if (typeof email !== "string" || !email.includes("@")) return null;
    const body = encodeURIComponent(held.map(({ plain }) => plain).join("\n"));
    return element("a", { class: "plain", dir: "auto", href: `mailto:${encodeURI(email)}?body=${body}` }, say("write", "Write an e-mail instead"));
  }

  function ways(...all: (HTMLElement | null)[]): HTMLElement {
    return element("div", { class: "ways", hidden: !all.some(Boolean) }, ...all);
  }
}
