// The choice whether the visit is kept: a bar that blocks nothing and asks once per page load, and the same choice on the privacy page.
// Until somebody accepts, nothing is stored and nothing sent; that is the client's doing, not this file's.

import { choose, loaded, onChange, warmlead } from "./lead.js";

let heard = false;
let given = null;

/** Wires the buttons inside `root`. */
export function consent(root) {
  const bar = document.querySelector("[data-consent]");
  for (const button of root.querySelectorAll("[data-consent-choice]")) {
    if (button.dataset.wired) continue;
    button.dataset.wired = "yes";
    button.addEventListener("click", () => {
      choose(button.dataset.consentChoice === "accept");
      const inside = bar.contains(document.activeElement);
      bar.hidden = true;
      if (inside) document.querySelector("main").focus({ preventScroll: true });
    });
  }
  describe();
  if (heard) return;
  heard = true;
  // The page, and Warmlead's dialogs, leave as much room below as the bar takes.
  new ResizeObserver(() => {
    if (bar.offsetHeight > 0) document.documentElement.style.setProperty("--warmlead-bottom", `${bar.offsetHeight}px`);
    else document.documentElement.style.removeProperty("--warmlead-bottom");
  }).observe(bar);
  onChange(() => {
    describe();
    const before = given;
    given = warmlead?.consentGiven ?? null;
    // Allowed elsewhere: beside a message, or in another tab.
    if (given === true && before !== true && !bar.contains(document.activeElement)) bar.hidden = true;
  });
  loaded.then((client) => { if (client && client.consentGiven === null && client.status !== "unsupported") show(); });
  document.querySelector("[data-privacy-choices]").addEventListener("click", (event) => {
    if (!warmlead) return;
    event.preventDefault();
    show();
    bar.querySelector("p").focus();
  });

  function show() { bar.hidden = false; }
}

/** Says on the privacy page what holds now. */
function describe() {
  const state = document.querySelector("[data-consent-state]");
  if (!state || !warmlead) return;
  const { consentGiven } = warmlead;
  state.textContent = consentGiven === true ? "You have accepted: your visit is stored and sent to this site's collector."
    : consentGiven === false ? "You have declined: your visit is scored in this tab only."
    : "You have not chosen yet: your visit is scored in this tab only.";
  document.querySelector("[data-consent-buttons]").hidden = false;
}
