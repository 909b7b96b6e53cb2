// Where the tests' sites run: in Node, by calling them, and in workerd, as wrangler serves them and Cloudflare runs them.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bin, installTools, newNode } from "../consumers/support/install.mjs";
import { serving } from "../consumers/support/programs.mjs";
import { install } from "../package/consumer.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The tests' sites in each runtime: `fetch` of an address, and `end`. */
export async function runtimes(name) {
  const env = { SECRET: "first-secret-of-the-tests-0123456789" };
  const { default: site } = await import(pathToFileURL(join(await folderOf(name), "site.mjs")).href);
  const inNode = async (address, init) => site.fetch(new Request(address, init), env, {});
  const found = [{ name: "Node", fetch: inNode, end: () => {} }];
  // As it is, and with Node's modules, as many sites switch them on.
  for (const [which, flags] of [["workerd", []], ["workerd with Node's modules", ["nodejs_compat"]]]) {
    const folder = await folderOf(`${name}-${flags[0] ?? "workerd"}`);
    writeFileSync(join(folder, ".dev.vars"), Object.entries(env).map((pair) => pair.join("=")).join("\n"));
    writeFileSync(join(folder, "wrangler.json"), JSON.stringify({ name, main: "site.mjs", compatibility_date: "2026-08-01", compatibility_flags: flags }));
    found.push({ name: which, ...(await inWorkerd(folder)) });
  }
  return found;
}

/** A project of its own that has the package and the site. */
async function folderOf(name) {
  const folder = await install(name);
  cpSync(join(here, "site.mjs"), join(folder, "site.mjs"));
  return folder;
}

/** A worker in workerd, which believes that its address is https://acme.example, unless `host` is `null`. */
export async function inWorkerd(cwd, host = "acme.example") {
  await installTools();
  rmSync(join(cwd, "state"), { recursive: true, force: true });
  const args = ["dev", "--local", "--ip=127.0.0.1", "--port=0", "--inspector-port=0", "--persist-to=state", "--show-interactive-dev-session=false"];
  if (host) args.push(`--host=${host}`, "--upstream-protocol=https");
  let end;
  const ended = new Promise((done) => (end = done));
  const address = await new Promise((done, fail) => {
    const work = (found) => (done(found), ended);
    serving(newNode(), [bin("wrangler/bin/wrangler.js"), ...args], { cwd }, work).catch(fail);
  });
  return { address, fetch: (url, init) => fetch(url.replace(/^https:\/\/acme\.example(?=\/)/, address), init), end };
}
