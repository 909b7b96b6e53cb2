// GrowthBook's evaluator of targeting conditions, which is asked for one condition at a time.

import { arrange, testsOf, Visitor } from "./host.mjs";

export async function load(_folder, library) {
  const { evalCondition } = library("@growthbook/growthbook");
  const compile = (conditions) => {
    const own = conditions.map((condition) => Object.fromEntries(testsOf(condition).map(({ path, kind, value }) => [path, testOf(kind, value)])));
    return (document) => {
      const holding = [];
      for (let n = 0; n < own.length; n++) if (evalCondition(document, own[n])) holding.push(n);
      return holding;
    };
  };
  return (model) => {
    const program = arrange(model, compile);
    return () => new Visitor(program);
  };
}

/** It has no prefixes: a regular expression says it. */
function testOf(kind, value) {
  if (kind === "equals") return value;
  return kind === "at least" ? { $gte: value } : { $regex: `^${value}` };
}
