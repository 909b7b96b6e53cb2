// The line at the top: stage, engagement and fit as they change, and the way to the panel that explains them.

import { loaded, onChange, warmlead } from "./lead.js";

/** Keeps the line up to date. */
export function ribbon() {
  const scores = document.querySelector("[data-score]");
  const button = document.querySelector("[data-panel]");

  // Whoever waits for the engine on a slow line is told so; whoever need not wait sees nothing of it.
  const sign = document.createElement("span");
  sign.role = "status";
  scores.before(sign);
  const slow = setTimeout(() => { sign.textContent = "Loading the engine…"; }, 600);
  const waited = () => {
    clearTimeout(slow);
    sign.remove();
  };

  onChange(() => {
    const assessment = warmlead?.assessment;
    if (!assessment) return;
    const { engagement, fit } = assessment.scores;
    show("stage", assessment.disqualified.length > 0 ? "ruled out" : label(assessment.stage));
    show("engagement", engagement ? String(Math.round(engagement.value)) : "–");
    show("fit", fit ? String(Math.round(fit.value)) : "–");
    // All at once: what came later would move what is there.
    scores.hidden = button.hidden = false;
    waited();
  });

  function show(name, text) {
    const cell = scores.querySelector(`[data-value=${name}]`);
    if (cell.textContent === text) return;
    cell.textContent = text;
    if (scores.hidden) return;
    cell.classList.remove("changed");
    void cell.offsetWidth; // starts the animation again
    cell.classList.add("changed");
  }

  let panel = null;
  const open = async () => {
    const client = await loaded;
    if (!client) return;
    panel ??= import("/warmlead/panel.js").then(({ installPanel }) => installPanel(client));
    const ready = await panel.catch(() => null);
    button.textContent = ready ? "Why" : "Retry";
    if (!ready) return void (panel = null);
    // From here on the panel listens for the keys itself.
    removeEventListener("keydown", shortcut);
    ready.toggle();
  };
  const shortcut = (event) => {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "l") return;
    event.preventDefault();
    open();
  };
  addEventListener("keydown", shortcut);
  button.addEventListener("click", open);
  loaded.then((client) => {
    button.hidden = client === null;
    waited();
  });
}

function label(stage) {
  return stage === "mql" || stage === "sql" ? stage.toUpperCase() : stage;
}
