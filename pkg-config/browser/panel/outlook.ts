// What comes next, in words: what time alone does to the stage, and what is missing to an MQL. It does not know how either is found out.

import type { Assessment } from "../../types/warmlead.js";
import type { Warmlead } from "../../types/browser.js";
import { element } from "../actions/element.js";
import { count, time } from "./format.js";
import { described, stageName, type Model } from "./model.js";

export type Next = NonNullable<Warmlead["next"]>;
type Part = Next["to_mql"][number]["add"][number];

/** The lines; none where nothing is to be said. */
export function outlook({ mql, consent }: Assessment, model: Model, { next_change: change, to_mql: ways }: Next): Node[] {
  const lines: Node[] = [];
  if (change) lines.push(line(`Without another event: ${stageName(change.stage)} on ${time(change.at)}.`));
  // Without a consent nothing is scored, which is said elsewhere.
  if (mql || consent === "missing" || model.mql === undefined) return lines;
  if (ways.length === 0) return [...lines, line("To an MQL it takes more than a few events of one or two kinds.")];
  const more = ways.map(({ add }) => element("li", {}, ...add.flatMap((part, place) => [place > 0 && " and ", kind(part, model)])));
  return [...lines, line(ways.length === 1 ? "An MQL with this more:" : "An MQL with one of these more:"), element("ul", { class: "more" }, ...more)];
}

/** So many events of a kind: "2 × pricing". */
function kind(part: Part, model: Model): Node {
  const [name, description] = "rule" in part ? [part.rule, described(model.rules, part.rule)] : [part.signal, model.signals?.[part.signal]?.description];
  return element("bdi", { title: description }, `${count(part.events)} × ${name}`);
}

function line(text: string): Node {
  return element("p", { class: "quiet" }, text);
}
