// What the chat, the form and the banner have in common: a small dialog in the corner that never takes the page over. It opens without
// moving focus, is announced politely, closes on Esc, gives focus back, and reports its life to the client exactly once per step.
// It does not know what is in the dialog, nor what the reports are used for.
//
// No overlay is modal: nobody asked for it, so nobody should have to answer it before going on. (A modal form over a cart would take the
// cart hostage.) Keyboard and screen reader users find it as the last thing in the page, one Shift+Tab from its start.

import type { ActionContext } from "../../types/browser.js";
import { all, listen } from "../document.js";
import { adopt, element, icon } from "./element.js";
import { showMore } from "./more.js";
import { overlayStyle } from "./style.js";
import { lift } from "./top.js";

/** What a dialog is made of. */
export interface Parts {
  /** The id of the action. */
  action: string;
  /** The class of the dialog. */
  kind: string;
  /** The element that names the dialog; its text is announced. */
  name: HTMLElement;
  /** What else is announced when the dialog opens. */
  say?: string;
  /** The dialog's content. */
  content: Node[];
  /** What Esc does; by default it closes. */
  onEscape?: () => void;
  /** Called when it is gone, for whatever reason. */
  onGone?: () => void;
}

/** An open dialog. */
export interface Overlay {
  readonly dialog: HTMLDialogElement;
  readonly root: ShadowRoot;
  /** The visitor has begun to use it. Reported once. */
  engaged(): void;
  /** It has reached its aim; closing it is no dismissal any more. Reported once. */
  converted(): void;
  /** Takes the dialog away for good. Reports a dismissal if it was seen and has not converted. */
  close(): void;
  /** Takes it away without a report of dismissal: the page does it, not the visitor. */
  remove(): void;
  /** Tells screen readers, politely. */
  announce(text: string): void;
}

const CROSS = "M5 5l10 10M15 5L5 15";

/** The button that closes. */
export function closeButton(label: string, onclick: () => void): HTMLButtonElement {
  return element("button", { class: "quick", type: "button", "aria-label": label, title: label, onclick }, icon(CROSS));
}

/** A text of `do`, or what stands in for it. Anything but a filled string is treated as missing. */
export function text(value: unknown, fallback: string): string {
  return typeof value === "string" && value.trim() !== "" ? value : fallback;
}

/** Looks words up that a model may replace, say for a page in another language. */
export function words(texts: unknown): (key: string, fallback: string) => string {
  const given = typeof texts === "object" && texts !== null ? (texts as Record<string, unknown>) : {};
  return (key, fallback) => text(given[key], fallback);
}

/** Opens a dialog and reports it as shown once it has been painted. */
export function openOverlay(parts: Parts, context: ActionContext): Overlay {
  // An element of an unknown name: rules that pages write for `div` and the like never match it.
  const host = document.createElement("warmlead-overlay");
  // For the debug panel, which says what is open.
  host.dataset["action"] = parts.action;
  const root = host.attachShadow({ mode: "open" });
  adopt(root, overlayStyle);
  parts.name.id = "name";
  const status = element("p", { class: "aside", role: "status" });
  // Long words are parted by the rules of the page's language, which does not reach in by itself.
  const lang = document.body.closest("[lang]")?.getAttribute("lang");
  const dialog = element("dialog", { class: parts.kind, lang, "aria-labelledby": "name" }, ...parts.content, status);
  for (const part of dialog.querySelectorAll<HTMLElement>(".scroll, .say")) showMore(part);
  root.append(dialog);

  let gone = false;
  let seen = false;
  let engaged = false;
  let converted = false;
  let before: Element | null = null;

  const escape = (event: KeyboardEvent): boolean => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !dialog.open) return false;
    event.preventDefault();
    (parts.onEscape ?? overlay.close)();
    return true;
  };
  // Esc works from anywhere in the page, unless it has a nearer meaning: in a field, or in a dialog or popover of the page.
  const escapeOutside = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    if (hasModal() || (target instanceof Element && target.matches("input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog[open], dialog[open] *, [popover], [popover] *"))) return;
    escape(event);
  };
  const deaf = listen(document, "keydown", escapeOutside);
  // The page sees keys pressed in a shadow root as pressed on its host, and would take typed letters for its own shortcuts.
  for (const type of ["keydown", "keyup", "keypress"] as const) {
    root.addEventListener(type, (event) => {
      const key = event as KeyboardEvent;
      if (type === "keydown" && escape(key)) key.stopPropagation();
      if (!key.ctrlKey && !key.metaKey) key.stopPropagation();
    });
  }
  host.addEventListener("focusin", (event) => {
    // Only entering is seen from here; moves within the shadow root stay in it.
    if (event.relatedTarget instanceof Element) before = event.relatedTarget;
  });

  const overlay: Overlay = {
    dialog,
    root,
    engaged() {
      if (engaged) return;
      engaged = true;
      context.clicked();
    },
    converted() {
      if (converted) return;
      converted = true;
      context.converted();
    },
    close() {
      if (!gone && seen && !converted) context.dismissed();
      overlay.remove();
    },
    remove() {
      if (gone) return;
      gone = true;
      deaf();
      const inside = root.activeElement !== null;
      lower();
      host.remove();
      if (inside && before instanceof HTMLElement && before.isConnected) before.focus();
      parts.onGone?.();
      context.done();
    },
    announce(words) {
      status.textContent = words;
      // What was said need not be met again when reading through the dialog.
      setTimeout(() => (status.textContent = ""), 4000);
    },
  };

  // The attribute, not show(): that would move focus into the dialog.
  dialog.open = true;
  document.body.append(host);
  const lower = lift(host);
  // Not over what the visitor is using: then rather in the other corner.
  if (inUse().some((part) => overlaps(part, dialog))) dialog.classList.add("across");
  requestAnimationFrame(() => {
    if (gone) return;
    seen = true;
    context.shown();
    // A live region speaks of changes, so the words come after the region.
    setTimeout(() => overlay.announce([parts.name.textContent, parts.say].filter(Boolean).join(". ")), 100);
  });
  return overlay;
}

/** Whether the page has opened a dialog that makes all else wait. */
function hasModal(): boolean {
  return CSS.supports("selector(:modal)") && all("dialog:modal").length > 0;
}

/** The controls that have focus or are pointed at. */
function inUse(): Element[] {
  const pointed = all(":hover").at(-1) ?? null;
  return [document.activeElement, pointed].flatMap((part) => part?.closest("a[href], button, input, select, textarea, summary, label") ?? []);
}

function overlaps(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
