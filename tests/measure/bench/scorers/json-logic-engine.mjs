// json-logic-engine: each condition compiled to a function.

import { arrange, testsOf, Visitor } from "./host.mjs";

export async function load(_folder, library) {
  const { LogicEngine } = library("json-logic-engine");
  const engine = new LogicEngine();
  const compile = (conditions) => {
    const functions = conditions.map((condition) => engine.build({ and: testsOf(condition).map(logicOf) }));
    const always = conditions.map((condition) => testsOf(condition).length === 0);
    return (document) => {
      const holding = [];
      for (let n = 0; n < functions.length; n++) if (always[n] || functions[n](document)) holding.push(n);
      return holding;
    };
  };
  return (model) => {
    const program = arrange(model, compile);
    return () => new Visitor(program);
  };
}

function logicOf({ path, kind, value }) {
  if (kind === "equals") return { "===": [{ var: path }, value] };
  if (kind === "at least") return { ">=": [{ var: path }, value] };
  return { "===": [{ substr: [{ var: path }, 0, value.length] }, value] };
}
