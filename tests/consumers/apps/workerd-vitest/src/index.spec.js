import { SELF } from "cloudflare:test";
import { score } from "warmlead";
import { expect, test } from "vitest";
import expected from "../expected.json";
import visit from "../visit.mjs";

test("the worker answers with the assessment", async () => {
  const answer = await SELF.fetch("https://worker.example/");
  expect(await answer.json()).toEqual(expected);
});

test("the package scores in a test itself", () => {
  const { events, ...options } = visit;
  expect(score(events, options)).toEqual(expected);
});
