// What every page of the demo site promises without a browser: nothing leads nowhere, nothing breaks the content security policy, the
// parts that all pages repeat are the same, and the forms say what the model understands.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const www = fileURLToPath(new URL("../../www/", import.meta.url));
const model = JSON.parse(readFileSync(new URL("../../src/models/b2b-saas.json", import.meta.url), "utf8"));
const files = readdirSync(www, { recursive: true }).filter((name) => name.endsWith(".html")).map((name) => relative(www, join(www, name)));
const pages = files.filter((name) => name.endsWith("index.html")).map((name) => ({ name, path: `/${name.slice(0, -"index.html".length)}`, text: read(name) }));

function read(name) {
  return readFileSync(join(www, name), "utf8");
}

/** What stands between two markers. */
function between(text, from, to) {
  const start = text.indexOf(from);
  return start < 0 ? "" : text.slice(start, text.indexOf(to, start) + to.length);
}

const all = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

test("links lead to pages, files and anchors that exist", () => {
  const ids = new Map(pages.map(({ path, text }) => [path, new Set(all(text, / id="([^"]+)"/g))]));
  for (const { path, text } of pages) {
    for (const href of all(text, / (?:href|src)="([^"]+)"/g)) {
      const { protocol, pathname, hash } = new URL(href.replaceAll("&amp;", "&"), `https://site.example${path}`);
      if (protocol === "mailto:") continue;
      const page = ids.get(pathname);
      assert.ok(page || existsSync(join(www, pathname)), `${path}: ${href}`);
      if (hash) assert.ok(page?.has(hash.slice(1)), `${path}: ${href} has no such anchor`);
    }
  }
});

test("scripts come from files only, as the content security policy demands", () => {
  for (const { name, text } of files.map((name) => ({ name, text: read(name) }))) {
    for (const attributes of all(text, /<script([^>]*)>/g)) assert.match(attributes, / src="\/js\//, name);
    assert.doesNotMatch(text, / on[a-z]+="/, name);
    // What is one file to be saved and passed on has its styles in it.
    if (name.endsWith("index.html")) assert.doesNotMatch(text, /<style| style="/, `${name} has a style of its own`);
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//, `${name} fetches from elsewhere`);
  }
});

test("what all pages repeat is the same on all of them", () => {
  const same = (text) => text.replaceAll(/ aria-current="[a-z]+"/g, "");
  for (const [from, to] of [["<a class=\"skip\"", "</aside>"], ["<header", "</header>"], ["<footer class=\"site-footer\"", "</footer>"]]) {
    const [first, ...others] = pages.map(({ path, text }) => ({ path, part: same(between(text, from, to)) }));
    assert.ok(first.part.length > 200, from);
    for (const { path, part } of others) assert.equal(part, first.part, `${from} of ${path}`);
  }
});

test("every page has a title and a description of its own, one main heading, and no id twice", () => {
  const seen = new Set();
  for (const { path, text } of pages) {
    for (const part of [between(text, "<title>", "</title>"), between(text, '<meta name="description"', ">")]) {
      assert.ok(part.length > 20 && !seen.has(part), `${path}: ${part}`);
      seen.add(part);
    }
    assert.equal(all(text, /<(h1)[ >]/g).length, 1, path);
    const ids = all(text, / id="([^"]+)"/g);
    assert.deepEqual(ids, [...new Set(ids)], path);
  }
});

test("texts keep to the house style: no exclamation marks, no placeholders", () => {
  for (const name of files) {
    const text = read(name).replaceAll(/<!--.*?-->|<!doctype html>|<style>.*?<\/style>/gs, "");
    assert.doesNotMatch(text, /!|lorem ipsum/i, name);
  }
});

test("the forms offer the roles that the model's form offers, and the model knows what their fields become", () => {
  const { fields } = model.actions.find(({ id }) => id === "cart-form").do;
  const roles = fields.find(({ name }) => name === "role").options;
  const traits = new Set(all(JSON.stringify(model), /"traits\.([a-z.]+)"/g));
  for (const { path, text } of pages) {
    for (const select of text.match(/<select[^>]*data-trait="role".*?<\/select>/gs) ?? []) {
      assert.deepEqual(all(select, /<option>([^<]+)/g), roles, path);
    }
    for (const trait of all(text, / data-trait="([^"]+)"/g)) {
      assert.ok(traits.has(trait) || ["name", "company.name"].includes(trait), `${path}: nothing asks for the trait ${trait}`);
    }
  }
  const industries = all(between(pages.find(({ path }) => path === "/contact/").text, 'id="contact-industry"', "</select>"), /<option value="([^"]+)"/g);
  for (const industry of model.rules.find(({ id }) => id === "industry").when["traits.company.industry"].$ini) assert.ok(industries.includes(industry), industry);
});

test("the model weighs everything that the site records", () => {
  const code = readdirSync(join(www, "js")).map((name) => read(join("js", name))).join("\n") + pages.map(({ text }) => text).join("\n");
  const recorded = new Set(["page_view", ...all(code, /\btrack\("([a-z_]+)"/g), ...all(code, /track\([^;]*?\? "([a-z_]+)" :/g), ...all(code, /track\([^;]*? : "([a-z_]+)"/g), ...all(code, /data-(?:event|start|record)="([a-z_]+)"/g)]);
  for (const type of all(read("js/site.js").match(/ARRIVALS = \{(.*?)\}/s)[1], /"([a-z_]+)"/g)) recorded.add(type);
  assert.ok(["ad_click", "invite_sent", "newsletter_subscribe", "remove_from_cart", "trial_end", "webinar_attend"].every((type) => recorded.has(type)), `found only ${[...recorded]}`);
  const weighed = new Set(model.rules.flatMap(({ on = [] }) => on));
  assert.deepEqual([...recorded].filter((type) => !weighed.has(type)), []);
});
