// The banner: one sentence, one action, one way out. The action follows a link or records an event. It does not know what comes of either.
//
//   do: { type: "banner", message, label?, href?, event?, properties?, texts?: { close } }
//
// With `href` the action is a link (http, https, mailto, tel, or relative to the page); with `event` it records an event of that type, with
// `properties`. Both may be given. Without either there is only the sentence.

import type { ActionHandler } from "../../types/browser.js";
import { closeButton, openOverlay, text, words, type Overlay } from "./dialog.js";
import { element } from "./element.js";

/** Opens the banner. */
export const banner: ActionHandler = (action, context) => {
  const { message, label, href, event, properties, texts } = action.do;
  const link = safeLink(href);
  const act = (): void => {
    overlay.engaged();
    if (typeof event === "string") context.track(event, { ...(properties as object | undefined), action: action.id });
    overlay.converted();
    overlay.close();
  };
  const name = element("p", { dir: "auto" }, text(message, ""));
  const caption = text(label, "Learn more");
  const overlay: Overlay = openOverlay({
    kind: "banner",
    name,
    content: [
      element("div", { class: "say" }, name,
        link !== null ? element("a", { class: "primary", dir: "auto", href: link, onclick: act }, caption)
        : typeof event === "string" && element("button", { class: "primary", type: "button", dir: "auto", onclick: act }, caption)),
      closeButton(words(texts)("close", "Close"), () => overlay.close()),
    ],
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
