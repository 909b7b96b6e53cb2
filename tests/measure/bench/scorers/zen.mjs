// ZEN, native (napi): a decision table for each group of rules, which collects the rows that hold.

import { arrange, LaterVisitor, testsOf } from "./host.mjs";

export async function load(_folder, library) {
  const { ZenEngine, ZenDecisionContent } = library("@gorules/zen-engine");
  const engine = new ZenEngine();
  const compile = (conditions) => {
    const decision = engine.createDecision(new ZenDecisionContent(tableOf(conditions)));
    return async (document) => {
      const { path, properties, traits, signals, scores } = document;
      const { result } = await decision.evaluate({ path, properties, traits, signals, scores });
      return result.map(({ place }) => place);
    };
  };
  return (model) => {
    const program = arrange(model, compile);
    return () => new LaterVisitor(program);
  };
}

function tableOf(conditions) {
  const fields = [...new Set(conditions.flatMap((condition) => testsOf(condition).map(({ path }) => path)))];
  const content = {
    hitPolicy: "collect",
    inputs: fields.map((field, index) => ({ id: `i${index}`, name: field, field })),
    outputs: [{ id: "place", name: "place", field: "place" }],
    rules: conditions.map((condition, place) => ({
      _id: `row${place}`,
      place: String(place),
      // A row needs every cell: an empty one holds of anything.
      ...Object.fromEntries(fields.map((_, index) => [`i${index}`, ""])),
      ...Object.fromEntries(testsOf(condition).map(({ path, kind, value }) => [`i${fields.indexOf(path)}`, cellOf(kind, value)])),
    })),
  };
  const position = { x: 0, y: 0 };
  return {
    contentType: "application/vnd.gorules.decision",
    nodes: [
      { id: "in", type: "inputNode", name: "in", position },
      { id: "table", type: "decisionTableNode", name: "table", position, content },
      { id: "out", type: "outputNode", name: "out", position },
    ],
    edges: [
      { id: "e1", sourceId: "in", targetId: "table", type: "edge" },
      { id: "e2", sourceId: "table", targetId: "out", type: "edge" },
    ],
  };
}

function cellOf(kind, value) {
  if (kind === "equals") return JSON.stringify(value);
  return kind === "at least" ? `>= ${value}` : `startsWith($, ${JSON.stringify(value)})`;
}
