// What an editor makes of the schema: the service that VS Code and many others complete, explain and check JSON with, on a model in a project
// into which the package was installed, found by the `$schema` that docs/model.md names.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "../../pkg-config/tools/steps.mjs";
import { install } from "./consumer.mjs";

const { getLanguageService, TextDocument } = createRequire(join(root, "pkg-config/package.json"))("vscode-json-languageservice");
const folder = pathToFileURL(`${await install("editor")}/`);
const service = getLanguageService({
  schemaRequestService: async (uri) => readFileSync(fileURLToPath(uri), "utf8"),
  workspaceContext: { resolveRelativePath: (path, from) => new URL(path, from).href },
});
service.configure({ validate: true, allowComments: false });

/** A model's document with the cursor at `‸`, if there is one. */
function open(text) {
  const whole = text.replace("{", `{ "$schema": "./node_modules/warmlead/model.schema.json", `);
  const offset = whole.indexOf("‸");
  const document = TextDocument.create(new URL("model.json", folder).href, "json", 1, whole.replace("‸", ""));
  return { document, parsed: service.parseJSONDocument(document), position: document.positionAt(offset) };
}

/** What the editor offers at the cursor. */
async function offered(text) {
  const { document, parsed, position } = open(text);
  const { items } = await service.doComplete(document, position, parsed);
  return items.map(({ label, documentation }) => ({ label: label.replaceAll('"', ""), about: documentation?.value ?? documentation }));
}

/** What the editor says of the word at the cursor. */
async function explained(text) {
  const { document, parsed, position } = open(text);
  const hover = await service.doHover(document, position, parsed);
  return hover?.contents.map((part) => part.value ?? part).join("\n");
}

/** What the editor underlines, and why. */
async function underlined(text) {
  const { document, parsed } = open(text);
  const problems = await service.doValidation(document, parsed, { schemaValidation: "error" });
  return problems.map(({ message, range }) => [document.getText(range), message]);
}

test("a good model has nothing underlined, and a schema no warnings", async () => {
  const model = readFileSync(fileURLToPath(new URL("node_modules/warmlead/models/b2b-saas.json", folder)), "utf8").replace(/"\$schema": "[^"]*",/, "");
  assert.deepEqual(await underlined(model), []);
});

test("keys are completed wherever something may stand, and each is explained", async () => {
  const cases = [
    ["{ ‸ }", ["rules", "stages", "utc_offset", "action_policy"]],
    [`{ "rules": [ { "on": "page_view", ‸ } ] }`, ["id", "where", "points", "limit", "decay"]],
    [`{ "rules": [ { "id": "a", "limit": { ‸ } } ] }`, ["times", "per", "by"]],
    [`{ "rules": [ { "id": "a", "decay": { ‸ } } ] }`, ["half_life", "linear", "step", "expire"]],
    [`{ "rules": [ { "on": "page_view", "where": { ‸ } } ] }`, ["path", "properties", "session.channel", "$or"]],
    [`{ "rules": [ { "on": "page_view", "where": { "path": { ‸ } } } ] }`, ["$glob", "$in", "$regex"]],
    [`{ "stages": [ { "id": "a", "when": { ‸ } } ] }`, ["scores", "stage_days", "session.active", "$not"]],
    [`{ "signals": { "a": { ‸ } } }`, ["on", "measure", "sequence", "within"]],
    [`{ "scores": { "fit": { "grades": [ { ‸ } ] } } }`, ["from", "label"]],
    [`{ "actions": [ { "id": "a", "hours": [ { ‸ } ] } ] }`, ["days", "from", "to"]],
  ];
  for (const [text, expected] of cases) {
    const items = await offered(text);
    for (const label of expected) {
      const item = items.find((item) => item.label === label);
      assert.ok(item, `${text}: ${label} is not among ${items.map((item) => item.label)}`);
      assert.ok(item.about?.endsWith("."), `${text}: ${label} is not explained`);
    }
  }
});

test("values are completed", async () => {
  const cases = [
    [`{ "rules": [ { "on": ‸ } ] }`, ["*", "page_view", "form_submit", "email_click"]],
    [`{ "rules": [ { "on": [ ‸ ] } ] }`, ["page_view", "email_click"]],
    [`{ "signals": { "a": { "on": "*", "measure": ‸ } } }`, ["sessions", "mean", "distinct"]],
    [`{ "signals": { "a": { "on": "*", "measure": "sum", "of": ‸ } } }`, ["properties", "session.seconds"]],
    [`{ "rules": [ { "limit": { "times": 1, "per": ‸ } } ] }`, ["ever", "session", "day"]],
    [`{ "rules": [ { "decay": ‸ } ] }`, ["none"]],
    [`{ "actions": [ { "do": { "type": ‸ } } ] }`, ["chat", "form", "banner"]],
    [`{ "stages": [ { "when": { "traits.size": { "$type": ‸ } } } ] }`, ["string", "number"]],
    [`{ "session_timeout": ‸ }`, ["30m"]],
  ];
  for (const [text, expected] of cases) {
    const labels = (await offered(text)).map((item) => item.label);
    for (const label of expected) assert.ok(labels.includes(label), `${text}: ${label} is not among ${labels}`);
  }
});

test("only what may be used in a place is offered there", async () => {
  const labels = async (text) => (await offered(text)).map((item) => item.label);
  const [rule, stage, action] = [
    await labels(`{ "rules": [ { "id": "a", "when": { ‸ } } ] }`),
    await labels(`{ "stages": [ { "id": "a", "when": { ‸ } } ] }`),
    await labels(`{ "actions": [ { "id": "a", "when": { ‸ } } ] }`),
  ];
  assert.deepEqual([rule, stage, action].map((labels) => labels.includes("scores")), [false, true, true]);
  assert.deepEqual([rule, stage, action].map((labels) => labels.includes("mql")), [false, false, true]);
});

test("what stands there is explained", async () => {
  assert.match(await explained(`{ "rules": [ { "id": "a", "idle‸": "7d" } ] }`), /without activity/);
  assert.match(await explained(`{ "rules": [ { "on": "page_view", "where": { "path": { "$gl‸ob": "/a*" } } } ] }`), /pattern/);
  assert.match(await explained(`{ "stages": [ { "when": { "traits.coun‸try": "US" } } ] }`), /trait of the visitor/);
  assert.match(await explained(`{ "stages": [ { "when": { "sess‸ion.channel": "email" } } ] }`), /channel/);
  assert.match(await explained(`{ "rules": [ { "decay": { "half_‸life": "7d" } } ] }`), /Half as much/);
  // What a key is for here, not what the definition that it shares with others says.
  assert.match(await explained(`{ "rules": [ { "on": "click", "wh‸ere": { "path": "/" } } ] }`), /Of those events/);
  assert.match(await explained(`{ "rules": [ { "o‸n": "click" } ] }`), /events that it counts/);
  assert.match(await explained(`{ "rules": [ { "on": "click", "po‸ints": { "of": "properties.value" } } ] }`), /What one match is worth/);
  assert.match(await explained(`{ "rules": [ { "on": "click", "points": { "o‸f": "properties.value" } } ] }`), /field that gives the points/);
  assert.match(await explained(`{ "scores": { "fit": { "dec‸ay": { "linear": "7d" } } } }`), /rules that do not say/);
  assert.match(await explained(`{ "scores": { "fit": { "res‸et": { "on": "purchase" } } } }`), /After such an event/);
  assert.match(await explained(`{ "signals": { "a": { "measure": "sum", "o‸f": "properties.value" } } }`), /is measured/);
});

test("mistakes are underlined where they are, and nothing else", async () => {
  const cases = [
    [`{ "rulse": [] }`, `"rulse"`],
    [`{ "session_timeout": "30 min" }`, `"30 min"`],
    [`{ "rules": [ { "id": "a", "on": "click", "points": "5" } ] }`, `"5"`],
    [`{ "rules": [ { "id": "a", "on": "click", "points": 5, "decay": { "half_life": "30m" } } ] }`, `"30m"`],
    [`{ "rules": [ { "id": "a", "when": { "traits.a": 1 }, "points": 5, "decay": "none" } ] }`, `"decay"`],
    [`{ "rules": [ { "id": "a", "on": "click", "where": { "path": { "$golb": "/a" } }, "points": 5 } ] }`, `"$golb"`],
    [`{ "rules": [ { "id": "a", "when": { "scores.fit": 1 }, "points": 5 } ] }`, `"scores.fit"`],
    [`{ "signals": { "a": { "on": "click", "span": "2h" } } }`, `"span"`],
    [`{ "stages": [ { "id": "visitor", "when": {} } ] }`, `"visitor"`],
  ];
  for (const [text, place] of cases) {
    const found = await underlined(text);
    assert.deepEqual(found.map(([at]) => at), [place], `${text}: ${JSON.stringify(found)}`);
  }
});
