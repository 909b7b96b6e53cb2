// Pages without a bundler: modules with an import map, a classic script behind its stub, a worker, a service worker.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shownFrom } from "./support/chromium.mjs";
import { expected, expectedOfClient } from "./support/expected.mjs";
import { layOut } from "./support/install.mjs";

const shows = async (app, path) => assert.deepEqual(await shownFrom(layOut(app), path), expected);

test("a page with an import map", () => shows("module"));
test("a page with an import map that brings the engine itself", () => shows("slim"));
test("a page with a classic script", () => shows("script"));
test("a page with a module worker", () => shows("worker"));
test("a page with a service worker", () => shows("service-worker"));

test("the browser client by an import map", async () => assert.deepEqual(await shownFrom(layOut("client")), expectedOfClient));
test("the browser client by a classic script", async () => assert.deepEqual(await shownFrom(layOut("script"), "/client.html"), expectedOfClient));
