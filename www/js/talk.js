// The webinar's room: whoever has registered may enter, and that counts as attending.

import { track } from "./lead.js";

/** Wires the webinar, if the page has one. */
export function talk(main) {
  const webinar = main.querySelector("[data-webinar]");
  if (!webinar) return;
  // The button comes with the thanks for registering.
  webinar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-attend]");
    if (!button) return;
    track("webinar_attend", { webinar: webinar.dataset.webinar });
    const room = main.querySelector("[data-talk]");
    room.hidden = false;
    button.remove();
    room.scrollIntoView();
    room.querySelector("h2").focus({ preventScroll: true });
  });
}
