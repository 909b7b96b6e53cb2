// How the panel writes numbers, times and spans, in the visitor's own locale. It does not know what they are of.

const plain = new Intl.NumberFormat();
const change = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat(undefined, { signDisplay: "exceptZero", maximumFractionDigits: digits }));
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** A count. */
export const count = (value: number): string => plain.format(value);

/** A time: today by the clock alone, else with its day. */
export const time = (at: number): string => (new Date(at).toDateString() === new Date().toDateString() ? clock : day).format(at);

/** A time of today, to the second. */
export const second = (at: number): string => exact.format(at);

/** A difference of points, with its sign. */
export const difference = (points: number): string => (change[digits(points)] ?? plain).format(points);

/** A span of whole seconds, in its largest unit. */
export function span(seconds: number): string {
  const [size, unit] = seconds < 60 ? [1, "second"] : seconds < 3600 ? [60, "minute"] : seconds < 86_400 ? [3600, "hour"] : [86_400, "day"];
  return new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(seconds / size);
}

/** Writes points with as many decimals as the most exact of them needs, so that a column of them visibly adds up. */
export function points(values: number[]): (value: number) => string {
  const needed = Math.max(0, ...values.map(digits));
  const format = new Intl.NumberFormat(undefined, { minimumFractionDigits: needed, maximumFractionDigits: needed });
  return (value) => format.format(value);
}

/** Points are whole milli-points: sums of them are exact as integers. */
export const milli = (value: number): number => Math.round(value * 1000);

function digits(value: number): number {
  const thousandths = milli(value);
  return thousandths % 1000 === 0 ? 0 : thousandths % 100 === 0 ? 1 : thousandths % 10 === 0 ? 2 : 3;
}
