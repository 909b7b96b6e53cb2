// Says on a page what the client says of itself: whether it runs, or what keeps it from running.

import { loaded, onChange, warmlead } from "./lead.js";

/** Wires the line, if the page has one. */
export function account(main) {
  const place = main.querySelector("[data-client]");
  if (!place) return;
  place.textContent = "The client is starting.";
  const tell = () => {
    if (!place.isConnected) return stop();
    const { status, error } = warmlead ?? {};
    const text = error ? `The client is ${status}. ${error.code}: ${error.message}.` : status === "running" ? "Scoring runs." : place.textContent;
    if (place.textContent !== text) place.textContent = text;
  };
  const stop = onChange(tell);
  loaded.then((client) => { if (!client) place.textContent = "The client could not be loaded."; });
}
