/**
 * The debug panel: stage, grade, scores, receipts, visit, signals, actions and what waits for the collector, live and on the page.
 * Visitors never load it: load it when somebody asks.
 *
 * ```js
 * addEventListener("keydown", async function open(event) {
 *   if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "l") return;
 *   event.preventDefault();
 *   removeEventListener("keydown", open); // from now on the panel listens itself
 *   const { installPanel } = await import("warmlead/panel");
 *   installPanel(warmlead).open();
 * });
 * ```
 */

import type { Warmlead } from "./browser.js";

/** The debug panel of a page. */
export interface Panel {
  /** Shows it and moves focus into it. */
  open(): void;
  /** Takes it away; focus returns to where it was. So does Esc, while focus is inside. */
  close(): void;
  /** Does the one or the other. So does Ctrl+Shift+L (⌘⇧L on a Mac). */
  toggle(): void;
}

/** Makes the panel for a client that was started. It is built when it first opens; while closed, it costs nothing. */
export function installPanel(warmlead: Warmlead): Panel;
