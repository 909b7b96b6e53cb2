// The panel's elements: a head that stays, and sections that are written again only when what they show has changed, so that selected text,
// scrolling and focus survive updates. It does not know when to update.

import type { Warmlead } from "../../types/browser.js";
import { adopt, element, icon } from "../actions/element.js";
import { Changes } from "./changes.js";
import * as facts from "./facts.js";
import { count, time } from "./format.js";
import { stageName, type Model } from "./model.js";
import { outlook, type Next } from "./outlook.js";
import { scores } from "./scores.js";
import { panelStyle } from "./style.js";

const COPY = "M7.5 7.5v-2a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2M5.5 7.5h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2z";
const CROSS = "M5 5l10 10M15 5L5 15";

/** The panel on the page. */
export interface View {
  readonly host: HTMLElement;
  /** Shows what the client says now. */
  update(): void;
  focus(): void;
  /** How much of the page's edge it covers, in CSS pixels. */
  width(): number;
}

/** Builds the panel. */
export function createView(warmlead: Warmlead, close: () => void): View {
  const host = document.createElement("warmlead-panel");
  const root = host.attachShadow({ mode: "open" });
  adopt(root, panelStyle);

  const name = element("h2", { id: "name" }, "Warmlead");
  const status = element("p", { class: "status" });
  const said = element("p", { class: "aside", role: "status" });
  const copied = button("Copy as JSON", COPY, () => void copy());
  const notice = element("div", { class: "notice" });
  const hero = element("section", { class: "hero", "aria-label": "Stage and grade" });
  const bars = element("div", { class: "scores" });
  // Its words are English, on a page of any direction, from which it takes the side at which it stands.
  const body = element("div", { class: "scroll", dir: "ltr", tabindex: 0, role: "group", "aria-labelledby": "name" }, notice, hero, bars);
  const dialog = element("dialog", { open: true, lang: "en", "aria-labelledby": "name" },
    element("div", { class: "head", dir: "ltr" }, element("div", {}, name, status), copied, button("Close", CROSS, close)), body, said);
  root.append(dialog);
  root.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey } = event as KeyboardEvent;
    if (key === "Escape") close();
    if (!ctrlKey && !metaKey) event.stopPropagation();
  });

  const written = new Map<HTMLElement, string>();
  const changes = new Changes();
  const showScores = scores(bars);
  const visit = section("Visit");
  const stages = section("Stages", true);
  const actions = section("Actions", true);
  const signals = section("Signals", true);
  const traits = section("Traits");
  const sync = section("Sync");
  const identity = section("Identity");
  const lastEvents = section("Last events", true);
  let whose = "";

  /** Writes an element's content if `what` differs from the last time. */
  function write(place: HTMLElement, what: unknown, content: () => (Node | string)[]): void {
    const key = JSON.stringify(what);
    if (written.get(place) === key) return;
    written.set(place, key);
    place.replaceChildren(...content());
  }

  /** Adds a section; gives back what fills it. */
  function section(title: string, wide = false): (what: facts.Facts) => void {
    const list = element("dl", { class: wide ? "wide" : "" });
    const box = element("section", {}, element("h3", {}, title), list);
    body.append(box);
    return (what) => {
      box.hidden = what.length === 0;
      if (typeof what === "string") write(list, what, () => [element("div", { class: "none" }, element("dt", {}, what))]);
      else write(list, what.map((row) => row.map(textOf)), () => what.map(([term = "", ...rest]) => element("div", {}, element("dt", {}, isolated(term)), element("dd", {}, ...rest.map(isolated)))));
    };
  }

  function update(): void {
    const { assessment, status: state, error } = warmlead;
    const model = (warmlead.model ?? {}) as Model;
    const seen = (warmlead.document ?? {}) as facts.Document;
    const events = (warmlead as { recent?: readonly facts.Seen[] }).recent ?? [];

    dialog.dataset["state"] = state;
    const { waiting } = warmlead.queue;
    write(status, [state, waiting], () => [`${STATES[state]}${waiting > 0 ? `, ${count(waiting)} waiting` : ""}`]);
    const troubles = [error && `${error.code}: ${error.message}`, assessment?.consent === "missing" && "The model asks for a consent that was not given, so nothing is scored."].filter(Boolean) as string[];
    write(notice, troubles, () => troubles.map((trouble) => element("p", {}, trouble)));

    hero.hidden = bars.hidden = !assessment;
    if (assessment) {
      const now = `${assessment.visitor} ${assessment.model.id} ${assessment.model.version}`;
      if (now !== whose) changes.forget();
      whose = now;
      changes.see(assessment.receipt ?? {});
      const { stage, grade, mql, stage_since, mql_at, disqualified, events: number } = assessment;
      const next = warmlead.next ?? { next_change: null, to_mql: [] };
      write(hero, [stage, grade, mql, stage_since, mql_at, disqualified, number, next, model.stages], () => stageAndGrade(assessment, model, next));
      showScores(assessment, model, changes);
    }
    visit(assessment ? facts.visit(seen) : "");
    stages(assessment ? facts.stages(assessment, events) : "");
    actions(assessment ? facts.actions(assessment, model) : "");
    signals(assessment ? facts.signals(seen, model) : "");
    traits(assessment ? facts.traits(seen) : "");
    sync(facts.sync(warmlead));
    identity(facts.identity(warmlead, assessment));
    lastEvents(facts.lastEvents(events));
  }

  async function copy(): Promise<void> {
    const { visitor, status, error, consentGiven, queue, assessment, document: seen, model } = warmlead;
    const text = JSON.stringify({ visitor, status, error: error && { code: error.code, message: error.message }, consentGiven, queue, assessment, document: seen, model }, null, 2);
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    said.textContent = done ? "Copied." : "The browser did not allow copying.";
    copied.classList.toggle("yes", done === true);
    copied.title = said.textContent;
    setTimeout(() => {
      said.textContent = "";
      copied.title = "Copy as JSON";
      copied.classList.remove("yes");
    }, 2000);
  }

  return {
    host,
    update,
    focus: () => body.focus({ preventScroll: true }),
    width: () => Math.ceil(dialog.getBoundingClientRect().width) + 12,
  };
}

const STATES = { starting: "starting", running: "running", unsupported: "not supported here", stopped: "stopped" };

function button(label: string, path: string, onclick: () => void): HTMLButtonElement {
  return element("button", { class: "quick", type: "button", "aria-label": label, title: label, onclick }, icon(path));
}

/** What a page or a visitor has written may run the other way. */
const isolated = (part: string | Node): Node => element("bdi", {}, part);

const textOf = (part: string | Node): string => (typeof part === "string" ? part : part.textContent ?? "");

/** Stage and grade, large; the way there; what they follow from in one line; and what comes next. */
function stageAndGrade(assessment: NonNullable<Warmlead["assessment"]>, model: Model, next: Next): Node[] {
  const { stage, grade, mql, mql_at, stage_since, disqualified, events } = assessment;
  const way = ["visitor", ...(model.stages ?? []).flatMap(({ id }) => id ?? [])];
  const at = way.indexOf(stage);
  const since = mql && mql_at !== null ? `MQL since ${time(mql_at)}` : stage_since !== null ? `since ${time(stage_since)}` : "";
  return [
    element("div", { class: "line" },
      element("div", {}, element("p", { class: "stage", "aria-live": "polite" }, stageName(stage)), element("p", { class: "quiet" }, [since, `${count(events)} ${events === 1 ? "event" : "events"}`].filter(Boolean).join(", "))),
      grade !== null && element("p", { class: mql ? "grade mql" : "grade", title: "Grade" }, element("span", { class: "aside" }, "Grade "), grade)),
    element("ol", { class: "way", "aria-label": "Stages" }, ...way.map((id, place) => element("li", { class: place <= at ? "reached" : "", "aria-current": id === stage && "step" }, stageName(id)))),
    ...disqualified.map((id) => element("p", { class: "warn" }, `Disqualified: ${id}`)),
    ...outlook(assessment, model, next),
  ];
}
