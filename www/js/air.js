// The air in a room over a working day: a mass balance of carbon dioxide, minute by minute. No page, no clock.

export const OPENS = 8;
export const CLOSES = 18;
export const LIMIT = 1000;

const OUTDOORS = 420; // ppm
const BREATH = 0.018; // m³ of carbon dioxide that a seated adult gives off in an hour
const LEAK = 0.5; // air changes an hour, everything shut
const WIDE_OPEN = 12; // air changes an hour, windows wide open
const SUPPLY = 36; // m³ an hour for each seat, with ventilation

export const ROOMS = {
  meeting: { name: "meeting room", volume: 40, seats: 8, most: 12, people: 5 },
  class: { name: "classroom", volume: 190, seats: 28, most: 34, people: 26 },
  office: { name: "shared office", volume: 320, seats: 16, most: 24, people: 14 },
};

/** The ppm at the start of each minute from 8 to 18 o'clock, and at the end: 601 numbers. `hours` are those in which the room is taken. */
export function day({ room, people, airing, hours }) {
  const { volume, seats } = ROOMS[room];
  const curve = [OUTDOORS];
  for (let minute = 0; minute < (CLOSES - OPENS) * 60; minute++) {
    const hour = OPENS + Math.floor(minute / 60);
    const changes = airing === "fan" ? LEAK + (SUPPLY * seats) / volume : airing === "hourly" && minute % 60 < 5 ? WIDE_OPEN : LEAK;
    const source = hours.has(hour) ? people * BREATH : 0;
    // Within a minute everything is constant, so the exact solution of the balance is at hand.
    const level = OUTDOORS + (source / (changes * volume)) * 1e6;
    curve.push(level + (curve[curve.length - 1] - level) * Math.exp(-changes / 60));
  }
  return curve;
}

/** The ppm in a room of `volume` m³ after an hour with `people` in it, everything shut. */
export function afterAnHour(volume, people) {
  return OUTDOORS + (level(volume, people) - OUTDOORS) * (1 - Math.exp(-LEAK));
}

/** The minutes until its air is stale, from fresh; null if it never is. */
export function minutesUntilStale(volume, people) {
  const share = (LIMIT - OUTDOORS) / (level(volume, people) - OUTDOORS);
  return share < 1 ? (-Math.log(1 - share) / LEAK) * 60 : null;
}

/** Where the air of a shut room would settle. */
function level(volume, people) {
  return OUTDOORS + ((people * BREATH) / (LEAK * volume)) * 1e6;
}

/** The minutes in which people sit above the limit, the first of them (or null), and the peak of the day. */
export function judge(plan) {
  const curve = day(plan);
  let minutes = 0;
  let first = null;
  let peak = 0;
  for (const [minute, ppm] of curve.entries()) {
    peak = Math.max(peak, ppm);
    if (minute === curve.length - 1 || ppm <= LIMIT || !plan.hours.has(OPENS + Math.floor(minute / 60))) continue;
    minutes += 1;
    first ??= minute;
  }
  return { curve, minutes, first, peak };
}

/** The mildest change that takes away at least half of the stale minutes, else the one that takes away most; null if nothing need change. */
export function advise(plan) {
  const before = judge(plan).minutes;
  if (before === 0) return null;
  const options = [];
  const offer = (kind, change) => {
    const minutes = judge({ ...plan, ...change }).minutes;
    if (minutes < before) options.push({ kind, change, minutes });
  };
  if (plan.airing === "shut") offer("hourly", { airing: "hourly" });
  const breaks = [...plan.hours].filter((hour) => plan.hours.has(hour - 1) && plan.hours.has(hour + 1));
  for (const hour of breaks) offer("break", { hours: new Set([...plan.hours].filter((other) => other !== hour)), hour });
  const fewer = Math.floor(plan.people * 0.75);
  if (fewer > 0) offer("fewer", { people: fewer });
  if (plan.airing !== "fan") offer("fan", { airing: "fan" });
  return options.find(({ minutes }) => minutes <= before / 2) ?? options.sort((a, b) => a.minutes - b.minutes)[0] ?? null;
}
