// The middle of many measurements.

/** The median of numbers, or of each number of objects with the same keys. */
export function median(list) {
  if (typeof list[0] === "number") return list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
  return Object.fromEntries(Object.keys(list[0]).map((key) => [key, median(list.map((own) => own[key]))]));
}
