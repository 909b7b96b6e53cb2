// Who is measured, and with how much: enough events to see something in each, few for those that take long. It measures nothing.

/** Ours, and scorers by hand. */
export const OURS = "warmlead";
export const BY_HAND = ["indexed", "incremental", "naive"];

/**
 * Everyone who is measured: how a table calls them, the file, whether they answer later, and whether they are fast enough to be measured at every size.
 * `library` is what they stand on, from tests/measure/bench/package.json.
 */
export const SCORERS = {
  "warmlead": { title: "Warmlead", fast: true },
  "indexed": { title: "by hand, indexed", fast: true },
  "incremental": { title: "by hand, indexed and incremental", fast: true },
  "naive": { title: "by hand, naive" },
  "json-logic-engine": { title: "json-logic-engine, by type", peer: "json-logic-engine" },
  "growthbook": { title: "GrowthBook's evaluator, by type", peer: "@growthbook/growthbook" },
  "zen": { title: "ZEN (native), by type", peer: "@gorules/zen-engine", asynchronous: true },
  "json-rules-engine": { title: "json-rules-engine", peer: "json-rules-engine", asynchronous: true },
  "json-rules-engine, by type": { title: "json-rules-engine, by type", file: "json-rules-engine", peer: "json-rules-engine", asynchronous: true, grouped: true },
};

export const RULES = [10, 100, 1000, 10000];
export const HISTORIES = [10, 100, 1000];

/** Visitors and how many events of each are timed, by what they have behind them: not so many that the history grows much. */
const FAST = { 10: [400, 10], 100: [80, 50], 1000: [20, 200] };
const SLOW = { 10: [20, 10], 100: [8, 25], 1000: [2, 100] };

/** The measurement of a scorer at a size: what the programs want to know. Nothing, where it would take too long. */
export function jobOf(name, rules, history) {
  const { file = name, fast, asynchronous, grouped } = SCORERS[name];
  const job = { scorer: file, asynchronous, grouped, rules, history };
  if (fast) {
    const [visitors, timed] = FAST[history];
    // A visitor of a large model takes a while to begin.
    return { ...job, visitors: rules > 1000 ? visitors / 4 : visitors, timed, warm: 24, rounds: 9, millis: 30 };
  }
  if (history > 10 && rules !== 100) return undefined;
  if (rules <= 100) {
    const [visitors, timed] = SLOW[history];
    // A long past has made the code warm; else short rounds must.
    return { ...job, visitors: asynchronous ? visitors / 2 : visitors, timed, warm: history > 100 ? 0 : asynchronous ? 4 : 20, rounds: 1, millis: 80 };
  }
  // What takes a tenth of a second for an event gets few of them.
  if (rules <= 1000) return { ...job, visitors: 2, timed: 10, warm: asynchronous ? 2 : 20, rounds: 1, millis: 100 };
  return { ...job, visitors: 1, timed: asynchronous ? 5 : 10, warm: asynchronous ? 1 : 3, rounds: 1, millis: 100 };
}

/** After how many events what they say is compared with ours. */
export function comparedEvents(name, rules) {
  if (SCORERS[name].fast) return 1200;
  if (rules <= 100) return 300;
  return rules <= 1000 ? 60 : 15;
}

/** How many processes make a figure: so many, fewer of what is slow. */
export const turnsOf = (name, turns) => (SCORERS[name].fast ? turns : Math.min(turns, 3));

/** How many, unless somebody says otherwise. */
export const TURNS = 5;
