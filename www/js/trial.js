// The trial: a floor of the visitor's own rooms, a letter about them, a seat for a colleague. It lives in memory, which moving between
// pages here does not lose. What is used is recorded, once per part and page view. The sums are in air.js.

import { track } from "./lead.js";
import { afterAnHour, LIMIT, minutesUntilStale } from "./air.js";

const floor = {
  started: false,
  rooms: [{ name: "Oak", volume: 40, people: 8 }, { name: "Elm", volume: 90, people: 6 }, { name: "Reading room", volume: 380, people: 14 }],
};

/** Wires the trial, if the page has it. */
export function trial(main) {
  const room = main.querySelector("[data-trial]");
  if (!room) return;
  const begin = main.querySelector("[data-trial-start]");
  const find = (name) => room.querySelector(`[data-trial-${name}]`);
  const used = new Set();

  main.addEventListener("sent", (event) => {
    if (event.target.dataset.form !== "trial") return;
    floor.started = true;
    draw();
  });
  onSubmit(find("add"), (form) => {
    const [name, volume, people] = form.querySelectorAll("input");
    floor.rooms.push({ name: name.value.trim(), volume: volume.valueAsNumber, people: people.valueAsNumber });
    use("room");
    draw();
    find("said").textContent = `${name.value.trim()} is on the floor.`;
    form.reset();
    name.focus();
  });
  onSubmit(find("invite"), (form) => {
    track("invite_sent", { product: "trial" });
    inPlace(form, Object.assign(document.createElement("p"), { textContent: "Invited. (In truth nobody gets a letter: this is a demonstration.)" }));
  });
  find("write").addEventListener("click", () => {
    use("letter");
    find("write-box").hidden = true;
    find("letter").hidden = false;
    find("letter").tabIndex = -1;
    draw();
    find("letter").focus();
  });
  find("end").addEventListener("click", () => {
    floor.started = false;
    track("trial_end", { reason: "ended by the visitor" });
    const over = Object.assign(document.createElement("div"), { className: "done" });
    const title = Object.assign(document.createElement("h2"), { textContent: "The trial is over", tabIndex: -1 });
    over.append(title, Object.assign(document.createElement("p"), { textContent: "Thank you for trying. What you had entered goes with this page." }));
    begin.replaceChildren(over);
    begin.hidden = false;
    room.hidden = true;
    title.focus();
  });
  // Who comes back to a running trial needs no second start.
  begin.hidden = floor.started;
  draw();

  /** Records the use of a part, once. */
  function use(feature) {
    if (used.has(feature)) return;
    used.add(feature);
    track("demo_use", { demo: "trial", feature: `trial-${feature}` });
  }

  function draw() {
    room.hidden = !floor.started;
    find("rooms").replaceChildren(...floor.rooms.map(row));
    if (!find("letter").hidden) find("letter").replaceChildren(...letter());
  }
}

/** The browser checks such a form; what happens then is done here. */
function onSubmit(form, act) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form);
  });
}

/** Puts words where a form was, with focus on them. */
function inPlace(form, words) {
  words.tabIndex = -1;
  form.replaceChildren(words);
  words.focus();
}

function row({ name, volume, people }) {
  const line = document.createElement("tr");
  const ppm = afterAnHour(volume, people);
  const cells = [[name, ""], [String(volume), "number"], [String(people), "number"], [`${number(ppm)} ppm`, ppm > LIMIT ? "number stale" : "number"]];
  line.append(...cells.map(([textContent, className]) => Object.assign(document.createElement("td"), { textContent, className })));
  return line;
}

/** Monday's letter about the floor: the worst room first, one thing to change, and which rooms to leave alone. */
function letter() {
  const [worst, ...others] = floor.rooms
    .map((room) => ({ ...room, minutes: minutesUntilStale(room.volume, room.people) ?? Infinity }))
    .sort((one, other) => one.minutes - other.minutes);
  const poor = others.filter(({ minutes }) => minutes <= 60);
  const fine = others.filter(({ minutes }) => minutes > 60).map(({ name }) => name);
  const lines = [
    worst.minutes > 60 ? "No room of yours goes stale within an hour. There is nothing to do this week."
      : `${worst.name} is the room to look at: with ${worst.people} ${worst.people === 1 ? "person" : "people"} in it, its air is stale after ${Math.round(worst.minutes)} minutes. One thing to change: windows wide open for five minutes at every full hour.`,
    ...poor.map(({ name, minutes }) => `${name} follows, after ${Math.round(minutes)} minutes.`),
    worst.minutes <= 60 && fine.length > 0 && `${fine.join(", ")}: nothing to do.`,
  ].filter(Boolean);
  const from = Object.assign(document.createElement("p"), { className: "from", textContent: "From: Roomlark. Subject: your floor this week" });
  return [from, ...lines.map((textContent) => Object.assign(document.createElement("p"), { textContent }))];
}

const number = (ppm) => String(Math.round(ppm / 10) * 10).replace(/(\d)(?=\d{3}$)/, "$1\u202f");
