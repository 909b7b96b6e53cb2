// The slider on the pricing page: rooms in, euros out. The prices stand in the page's text, too.

import { euros } from "./money.js";

const SENSOR = 89;
const BASE = 149;
const ROOMS_PER_BASE = 12;
const PLANS = [{ upTo: 12, name: "Floor", room: 4 }, { upTo: 120, name: "Building", room: 3 }, { upTo: Infinity, name: "Estate", room: 2 }];

/** Wires the slider, if the page has one. */
export function estimate(main) {
  const box = main.querySelector("[data-estimate]");
  if (!box) return;
  const slider = box.querySelector("input");
  const put = (name, text) => { box.querySelector(`[data-estimate-${name}]`).textContent = text; };
  const draw = () => {
    const rooms = slider.valueAsNumber;
    const plan = PLANS.find(({ upTo }) => rooms <= upTo);
    const month = rooms * plan.room;
    const once = rooms * SENSOR + Math.ceil(rooms / ROOMS_PER_BASE) * BASE;
    put("rooms", String(rooms));
    put("plan", `${plan.name}, ${euros(plan.room)} a room`);
    put("month", euros(month));
    put("once", euros(once));
    put("year", euros(once + 12 * month));
  };
  slider.disabled = false;
  slider.addEventListener("input", draw);
  draw();
}
