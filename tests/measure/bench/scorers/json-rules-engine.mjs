// json-rules-engine: engines run with the facts of a document. Its documentation puts all rules into one; so does this: one for the events, one for the visitor. With
// `grouped`, there is one for each type of event.

import { arrange, LaterVisitor, testsOf } from "./host.mjs";

const OPERATORS = { "equals": "equal", "at least": "greaterThanInclusive", "prefix": "startsWith" };

export async function load(_folder, library, grouped) {
  const { Engine } = library("json-rules-engine");
  const compile = (conditions) => {
    const engine = new Engine([], { allowUndefinedFacts: true });
    engine.addOperator("startsWith", (text, prefix) => typeof text === "string" && text.startsWith(prefix));
    const paths = new Set();
    conditions.forEach((condition, place) => {
      const all = testsOf(condition).map(({ path, kind, value }) => {
        paths.add(path);
        return { fact: path, operator: OPERATORS[kind], value };
      });
      engine.addRule({ conditions: { all }, event: { type: "holds", params: { place } } });
    });
    // Flat facts: the engine need not look into objects.
    const digs = [...paths].map((path) => [path, path.split(".")]);
    return async (document) => {
      const facts = Object.fromEntries(digs.map(([path, keys]) => [path, keys.reduce((value, key) => value?.[key], document)]));
      const { events } = await engine.run(facts);
      return events.map(({ params }) => params.place);
    };
  };
  return (model) => {
    const program = arrange(model, compile, grouped === true);
    return () => new LaterVisitor(program);
  };
}
