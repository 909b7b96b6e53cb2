// As much of a browser as the edge sees of one: it asks for pages, and keeps cookies by name, as long as they may live.

import { page as headers } from "./requests.mjs";

export class Browser {
  cookies = new Map();
  #fetch;
  #site;

  constructor(fetch, site) {
    this.#fetch = fetch;
    this.#site = site;
  }

  /** Asks for a page, as a navigation does unless `init` says otherwise. `calls` are what the handler is to do, `answer` is what kind of answer it gives. */
  async open(path = "/", { answer, calls, blind, document, ...init } = {}) {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const told = { "x-site": this.#site, "x-answer": answer, "x-do": calls && JSON.stringify(calls), "x-blind": blind, "x-document": document };
    const sent = Object.entries({ ...headers, cookie, ...told, ...init.headers }).filter(([, value]) => value);
    const response = await this.#fetch(`https://acme.example${path}`, { redirect: "manual", ...init, headers: sent });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const text = await response.text();
    return { response, text, seen: text.startsWith("{") ? JSON.parse(text) : null, set: response.headers.getSetCookie() };
  }

  /** Our cookie. */
  get token() {
    return this.cookies.get("__Host-warmlead");
  }

  set token(value) {
    this.cookies.set("__Host-warmlead", value);
  }

  #keep(line) {
    const [pair, ...attributes] = line.split("; ");
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
