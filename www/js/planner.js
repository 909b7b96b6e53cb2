// The room planner on the product page: controls in, a curve and a sentence out. What is tried is recorded as demo_use, once per part of
// the planner and page view. The sums are in air.js.

import { track } from "./lead.js";
import { CLOSES, LIMIT, OPENS, ROOMS, advise, judge } from "./air.js";

const SVG = "http://www.w3.org/2000/svg";
const CHART = { left: 46, right: 12, top: 12, bottom: 26, height: 260 };

/** Wires the planner, if the page has one. */
export function planner(main) {
  const box = main.querySelector("[data-planner]");
  if (!box) return;
  const find = (name) => box.querySelector(`[data-${name}]`);
  const people = box.querySelector("#people");
  const plan = { room: "meeting", people: 5, airing: "shut", hours: new Set([9, 10, 13, 14, 16]) };
  const tried = new Set();

  find("hours").append(...Array.from({ length: CLOSES - OPENS }, (_, index) => {
    const hour = OPENS + index;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: String(hour) });
    button.dataset.hour = String(hour);
    button.setAttribute("aria-label", `${hour} to ${hour + 1} o'clock`);
    button.addEventListener("click", () => {
      if (!plan.hours.delete(hour)) plan.hours.add(hour);
      used("day", { hours: plan.hours.size });
      draw();
    });
    return button;
  }));
  for (const radio of box.querySelectorAll("[name=room]")) radio.addEventListener("change", () => {
    const { most, people: usual } = ROOMS[radio.value];
    Object.assign(plan, { room: radio.value, people: usual });
    people.max = String(most);
    used("room", { room: radio.value });
    draw();
  });
  for (const radio of box.querySelectorAll("[name=airing]")) radio.addEventListener("change", () => {
    plan.airing = radio.value;
    used("air", { airing: radio.value });
    draw();
  });
  people.addEventListener("input", () => { plan.people = people.valueAsNumber; draw(); });
  people.addEventListener("change", () => used("people", { people: plan.people }));
  find("advice-try").addEventListener("click", () => {
    const advice = advise(plan);
    if (!advice) return;
    const { airing, hours, people: number } = { ...plan, ...advice.change };
    Object.assign(plan, { airing, hours, people: number });
    used("advice", { advice: advice.kind });
    draw();
    if (!advise(plan)) find("verdict").focus();
  });
  find("verdict").tabIndex = -1;

  // The chart is drawn in the pixels that it has, so that its letters stay letters on a phone.
  const sizes = new ResizeObserver(() => { if (box.isConnected) chart(find("chart"), plan, judge(plan)); else sizes.disconnect(); });
  sizes.observe(find("chart"));
  draw();

  /** Records the use of a part, once. */
  function used(feature, properties) {
    if (tried.has(feature)) return;
    tried.add(feature);
    track("demo_use", { demo: "room-planner", feature, ...properties });
  }

  function draw() {
    people.value = String(plan.people);
    find("people").textContent = String(plan.people);
    for (const radio of box.querySelectorAll("[type=radio]")) radio.checked = plan[radio.name] === radio.value;
    for (const button of find("hours").children) button.setAttribute("aria-pressed", String(plan.hours.has(Number(button.dataset.hour))));
    const judged = judge(plan);
    find("verdict").textContent = verdict(plan, judged);
    const advice = advise(plan);
    find("advice").hidden = advice === null;
    if (advice) find("advice-text").textContent = sentence(advice, judged.minutes, plan);
    chart(find("chart"), plan, judged);
    find("numbers").replaceChildren(...Array.from({ length: CLOSES - OPENS }, (_, index) => {
      const row = document.createElement("tr");
      const hour = OPENS + index;
      for (const [at, text] of [`${hour} to ${hour + 1}`, plan.hours.has(hour) ? "yes" : "no", number(judged.curve[(index + 1) * 60])].entries()) {
        row.append(Object.assign(document.createElement("td"), { textContent: text, className: at === 2 ? "number" : "" }));
      }
      return row;
    }));
  }
}

function verdict({ hours, people }, { minutes, first, peak }) {
  if (hours.size === 0) return "Nobody is in the room. Its air is fine.";
  const who = people === 1 ? "One person sits" : `${people} people sit`;
  if (minutes === 0) return `${who} in good air all day. The highest is ${number(peak)} ppm.`;
  return `${who} in stale air for ${duration(minutes)}, first at ${clock(first)}. The highest is ${number(peak)} ppm.`;
}

function sentence({ kind, change, minutes }, before, { people }) {
  const what = {
    hourly: "Windows wide open for five minutes at every full hour",
    break: `Nobody in the room from ${change.hour} to ${change.hour + 1}`,
    fewer: `${change.people} ${change.people === 1 ? "person" : "people"} instead of ${people}`,
    fan: "Ventilation",
  }[kind];
  return `${what}: from ${duration(before)} of stale air to ${minutes === 0 ? "none" : duration(minutes)}.`;
}

const number = (ppm) => String(Math.round(ppm / 10) * 10).replace(/(\d)(?=\d{3}$)/, "$1\u202f");
const clock = (minute) => `${OPENS + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
const duration = (minutes) => {
  const hours = Math.floor(minutes / 60);
  return [hours > 0 && `${hours} h`, (minutes % 60 > 0 || hours === 0) && `${minutes % 60} min`].filter(Boolean).join(" ");
};

/** Draws the day: hours in which the room is taken, the limit, and the curve in two colours. */
function chart(place, plan, { curve, peak }) {
  const width = place.clientWidth;
  if (width === 0) return;
  const { left, right, top, bottom, height } = CHART;
  const step = peak > 2800 ? 1000 : 500;
  const most = Math.max(1500, Math.ceil((peak * 1.04) / step) * step);
  const x = (minute) => left + (minute / (curve.length - 1)) * (width - left - right);
  const y = (ppm) => top + (1 - ppm / most) * (height - top - bottom);
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const hour of plan.hours) {
    svg.append(make("rect", { class: "booked", x: x((hour - OPENS) * 60), y: top, width: x(60) - x(0), height: height - top - bottom }));
  }
  for (let ppm = 0; ppm <= most; ppm += step) {
    svg.append(make("line", { class: "grid-line", x1: left, x2: width - right, y1: y(ppm), y2: y(ppm) }));
    svg.append(make("text", { x: left - 8, y: y(ppm) + 4, "text-anchor": "end", class: ppm === LIMIT ? "limit-label" : "" }, number(ppm)));
  }
  for (let hour = OPENS; hour <= CLOSES; hour += 2) {
    svg.append(make("text", { x: x((hour - OPENS) * 60), y: height - 6, "text-anchor": "middle" }, String(hour)));
  }
  svg.append(make("line", { class: "limit", x1: left, x2: width - right, y1: y(LIMIT), y2: y(LIMIT) }));
  const points = curve.map((ppm, minute) => `${x(minute).toFixed(1)},${y(ppm).toFixed(1)}`);
  svg.append(make("path", { class: "curve", d: `M${points.join("L")}` }));
  // The stale parts again, in the other colour, each run with the point before it so that the line has no gaps.
  let over = "";
  for (const [minute, ppm] of curve.entries()) {
    if (ppm > LIMIT && minute > 0) over += (curve[minute - 1] > LIMIT ? "L" : `M${points[minute - 1]}L`) + points[minute];
  }
  if (over) svg.append(make("path", { class: "over", d: over }));
  place.replaceChildren(svg);
}

function make(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}
