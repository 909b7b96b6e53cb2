// The debug panel, loaded only when somebody wants it: the shortcut, where focus goes, and when to look at the client. It builds the view on
// first opening and does not know what the view shows. While the panel is closed, it asks nothing of the client.

import type { Panel } from "../../types/panel.js";
import type { Warmlead } from "../../types/browser.js";
import { lift } from "../actions/top.js";
import { createView, type View } from "./view.js";

/** Makes the panel for a client. Nothing is shown before `open()` or the shortcut, Ctrl+Shift+L (⌘⇧L). */
export function installPanel(warmlead: Warmlead): Panel {
  let view: View | null = null;
  let unsubscribe: (() => void) | null = null;
  let lower = (): void => {};
  let before: Element | null = null;
  let asked = false;
  let tick: ReturnType<typeof setTimeout> | undefined;

  function update(): void {
    asked = false;
    clearTimeout(tick);
    if (!unsubscribe || !view) return;
    view.update();
    // The time until the next attempt counts down.
    if (warmlead.queue.retryAt !== null) tick = setTimeout(update, 1000);
  }

  /** Many changes in one frame are shown once. */
  function ask(): void {
    if (!asked) requestAnimationFrame(update);
    asked = true;
  }

  const panel: Panel = {
    open() {
      if (unsubscribe) return;
      view ??= createView(warmlead, panel.close);
      before = document.activeElement;
      unsubscribe = warmlead.subscribe(ask);
      document.body.append(view.host);
      lower = lift(view.host);
      // Overlays in the same corner make room (actions/style.ts).
      document.documentElement.style.setProperty("--warmlead-panel", `${view.width()}px`);
      update();
      view.focus();
    },
    close() {
      if (!unsubscribe || !view) return;
      unsubscribe();
      unsubscribe = null;
      clearTimeout(tick);
      const inside = document.activeElement === view.host;
      lower();
      view.host.remove();
      document.documentElement.style.removeProperty("--warmlead-panel");
      if (inside && before instanceof HTMLElement && before.isConnected) before.focus();
    },
    toggle() {
      if (unsubscribe) panel.close();
      else panel.open();
    },
  };

  // In the capture phase, so that no page can keep the panel from opening.
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey || event.repeat || event.key.toLowerCase() !== "l") return;
    event.preventDefault();
    panel.toggle();
  }, true);
  return panel;
}
