// The banner: one sentence, one action, one way out. The action follows a link or records an event. It does not know what comes of either.
//
//   do: { type: "banner", message, label?, href?, event?, properties?, email?, consent?, texts?: { close, and those of delivery.ts } }
//
// With `href` the action is a link (http, https, mailto, tel, or relative to the page); with `event` it records an event of that type, with
// `properties`. Both may be given. Without either there is only the sentence. An event alone asks the site's people for something, so it is
// sent as a form is (delivery.ts); beside a link it is one event among others. Without a message it is not shown.

import type { ActionHandler } from "../../types/browser.js";
import { misspelt, misuse } from "../misuse.js";
import { delivery, DELIVERY_KEYS } from "./delivery.js";
import { closeButton, openOverlay, text, words, type Overlay } from "./dialog.js";
import { element } from "./element.js";

const KEYS = ["type", "message", "label", "href", "event", "properties", ...DELIVERY_KEYS];

/** Opens the banner. */
export const banner: ActionHandler = (action, context) => {
  const { message, label, href, event, properties, texts } = action.do;
  const whose = `the banner \`${action.id}\``;
  misspelt(whose, action.do, KEYS);
  if (text(message, "") === "") {
    misuse(`${whose} is not shown: it needs a \`message\``);
    return context.done();
  }
  const link = safeLink(href);
  const act = (): void => {
    if (typeof event === "string") context.track(event, { ...(properties as object | undefined), action: action.id });
    overlay.converted();
    overlay.close();
  };
  const follow = (): void => {
    overlay.engaged();
    act();
  };
  const request = (): void => {
    overlay.engaged();
    sending.send(act, `${name.textContent} ${caption}`);
  };
  const name = element("p", { dir: "auto" }, text(message, ""));
  const caption = text(label, "Learn more");
  const close = closeButton(words(texts)("close", "Close"), () => overlay.close());
  const button = typeof event === "string" && element("button", { class: "primary", type: "button", dir: "auto", onclick: request }, caption);
  const sending = delivery(action, context, {
    rest: close,
    arrived: () => element("p"),
    changed(fate, words) {
      if (!button || fate !== "ask" && fate !== "never") return;
      const inside = overlay.root.activeElement === button;
      button.hidden = true;
      if (inside) close.focus();
      overlay.announce(words);
    },
  });
  const overlay: Overlay = openOverlay({
    action: action.id,
    kind: "banner",
    name,
    content: [
      element("div", { class: "say" }, name,
        link !== null ? element("a", { class: "primary", dir: "auto", href: link, onclick: follow }, caption) : button,
        sending.box),
      close,
    ],
    onGone: sending.end,
  }, context);
  return overlay.remove;
};

/** The link, if it leads to a page or a person: a model is data, and data must not become a script. */
function safeLink(href: unknown): string | null {
  if (typeof href !== "string") return null;
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(href, document.baseURI).protocol) ? href : null;
  } catch {
    return null;
  }
}
