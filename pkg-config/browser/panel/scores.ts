// The scores: each as a bar with its cap and grades, and below it the receipt, whose lines are shown with all their decimals and a sum that
// the panel adds up itself. It does not know how points come about.

import type { Assessment } from "../../types/warmlead.js";
import { element } from "../actions/element.js";
import type { Changes, Line } from "./changes.js";
import { count, difference, milli, points } from "./format.js";
import { described, type Model } from "./model.js";

interface Row { box: HTMLElement; name: HTMLElement; value: HTMLElement; grade: HTMLElement; bar: HTMLElement; fill: HTMLElement; ticks: HTMLElement; body: HTMLElement; seen: string }

/** Shows all scores in `place`. Bars stay the same elements, so that they can move. */
export function scores(place: HTMLElement): (assessment: Assessment, model: Model, changes: Changes) => void {
  const rows = new Map<string, Row>();
  return (assessment, model, changes) => {
    for (const [name, row] of rows) {
      if (name in assessment.scores) continue;
      row.box.remove();
      rows.delete(name);
    }
    for (const name of Object.keys(assessment.scores)) {
      const row = rows.get(name) ?? makeRow(name);
      if (!rows.has(name)) place.append(row.box);
      rows.set(name, row);
      update(name, row, assessment, model, changes);
    }
  };
}

function makeRow(score: string): Row {
  const [name, value, grade, fill, ticks] = [element("h3"), element("p", { class: "value" }), element("p", { class: "chip" }), element("div", { class: "fill" }), element("div", { class: "ticks" })];
  name.textContent = score;
  const bar = element("div", { class: "bar", role: "meter", "aria-label": score, "aria-valuemin": 0 }, fill, ticks);
  const body = element("tbody");
  const table = element("table", {}, element("caption", { class: "aside" }, `Receipt of ${score}`),
    element("thead", { class: "aside" }, element("tr", {}, ...["Rule", "Counted", "Last change", "Points"].map((head) => element("th", { scope: "col" }, head)))), body);
  return { box: element("section", { class: "score" }, element("div", { class: "line" }, name, grade, value), bar, table), name, value, grade, bar, fill, ticks, body, seen: "" };
}

function update(name: string, row: Row, assessment: Assessment, model: Model, changes: Changes): void {
  const score = assessment.scores[name];
  if (!score) return;
  const lines: Line[] = assessment.receipt?.[name] ?? [];
  const seen = JSON.stringify([score, lines, changes.of(name), lines.map((line) => changes.of(name, line))]);
  if (seen === row.seen) return;
  row.seen = seen;

  const write = points([score.value, ...lines.map((line) => line.points)]);
  const grades = model.scores?.[name]?.grades ?? [];
  // Without a cap the bar is as long as the highest grade or the score; with neither cap nor grades, a bar would say nothing.
  const length = score.max ?? Math.max(1, score.value, ...grades.map(({ from }) => from));
  row.bar.hidden = score.max === null && grades.length === 0;
  row.value.replaceChildren(element("b", {}, write(score.value)), score.max === null ? " no cap" : ` of ${count(score.max)}`);
  row.grade.hidden = score.grade === null;
  row.grade.textContent = score.grade ?? "";
  row.grade.title = score.grade === null ? "" : `Grade ${score.grade}`;
  row.bar.setAttribute("aria-valuemax", String(length));
  row.bar.setAttribute("aria-valuenow", String(score.value));
  row.fill.style.setProperty("inline-size", `${part(score.value, length)}%`);
  row.ticks.replaceChildren(...grades.filter(({ from }) => from > 0 && from < length).map(({ from }) => {
    const tick = element("i");
    tick.style.setProperty("inset-inline-start", `${part(from, length)}%`);
    return tick;
  }));

  const sum = lines.reduce((total, line) => total + milli(line.points), 0);
  const total = changes.of(name);
  row.body.replaceChildren(
    ...lines.map((line) => {
      const gained = changes.of(name, line);
      return element("tr", { class: gained ? "new" : milli(line.points) === 0 ? "zero" : "" },
        // Only rules count matches; the names of the others have the room.
        element("th", { scope: "row", colspan: line.rule === undefined && 2, title: line.rule !== undefined && described(model.rules, line.rule) }, label(line)),
        line.rule !== undefined && element("td", { class: "quiet" }, counted(line)), element("td", {}, gained ? element("ins", {}, difference(gained)) : null), element("td", {}, write(line.points)));
    }),
    element("tr", { class: "total" }, element("th", { scope: "row", colspan: 2 }, lines.length > 0 ? "adds up to" : "nothing yet"),
      element("td", {}, total ? element("ins", {}, difference(total)) : null), element("td", {}, write(sum / 1000))),
    // Cannot happen; if it does, nobody should have to add up by hand to notice.
    ...(lines.length > 0 && sum !== milli(score.value) ? [element("tr", { class: "bad" }, element("td", { colspan: 4 }, `The score says ${write(score.value)}.`))] : []));
}

function label(line: Line): string {
  if (line.adjustment === "group") return `group ${line.group ?? ""}: ${line.points < 0 ? "capped" : "raised"}`;
  if (line.adjustment === "score") return line.points < 0 ? "capped" : "raised";
  return line.adjustment ?? line.rule ?? line.score ?? "";
}

/** "2 ×", or "2 of 5 ×" if a limit held some back. */
function counted(line: Line): string {
  if (line.counted === undefined || line.matches === undefined) return "";
  return line.counted === line.matches ? `${count(line.counted)} ×` : `${count(line.counted)} of ${count(line.matches)} ×`;
}

const part = (value: number, length: number): number => Math.max(0, Math.min(100, (value / length) * 100));

