// The cookie: its name, attributes and size. It knows nothing of what is in it.

import type { CookieOptions } from "../types/edge.d.ts";
import { capacity } from "./bytes.ts";
import { invalidInput } from "./failure.ts";
import * as options from "./options.ts";

/** Half a year: renewed by each visit. */
const HALF_A_YEAR = 180 * 24 * 60 * 60;
/** What Chromium allows (RFC 6265bis, section 5.5). */
const LONGEST = 400 * 24 * 60 * 60;
/** What browsers take of a cookie. */
const LARGEST = 4096;
/** Room for a visitor of whom everything but a long choice of consent is forgotten. */
const SMALLEST = 1024;
/** How many cookies of our name are looked at: a site sets one, and others may come from its parent domains. */
const MOST = 4;

export class Cookie {
  readonly name: string;
  /** For how long, in seconds. */
  readonly maxAge: number;
  readonly #attributes: string;
  readonly #maxBytes: number;

  constructor(given: CookieOptions | undefined) {
    const { name, domain, maxAge, maxBytes } = options.read(given, ["name", "domain", "maxAge", "maxBytes"], "/cookie");
    if (domain !== undefined && !/^[a-z0-9.-]+$/i.test(domain)) throw invalidInput("/cookie/domain", "`domain` must be a host name such as `acme.example`");
    this.name = name ?? (domain === undefined ? "__Host-warmlead" : "__Secure-warmlead");
    if (!/^[\w.-]+$/.test(this.name)) throw invalidInput("/cookie/name", "`name` may hold letters, digits, `_`, `-` and `.`");
    if (domain !== undefined && /^__host-/i.test(this.name)) throw invalidInput("/cookie/name", "a cookie with a `domain` can't be called `__Host-…`: browsers refuse it");
    this.maxAge = options.whole(maxAge, "/cookie/maxAge", HALF_A_YEAR, 1, LONGEST);
    this.#maxBytes = options.whole(maxBytes, "/cookie/maxBytes", LARGEST, SMALLEST, LARGEST);
    this.#attributes = `; Path=/${domain === undefined ? "" : `; Domain=${domain}`}; HttpOnly; Secure; SameSite=Lax`;
  }

  /** How many bytes a token may have, so that the cookie with its attributes stays within its size. */
  get room(): number {
    return capacity(this.#maxBytes - this.set("").length);
  }

  /** The header that sets the cookie. */
  set(value: string): string {
    return `${this.name}=${value}; Max-Age=${this.maxAge}${this.#attributes}`;
  }

  /** The header that removes it. */
  remove(): string {
    return `${this.name}=; Max-Age=0${this.#attributes}`;
  }

  /** The values under our name in a `Cookie` header, none of them longer than a cookie can be. */
  valuesIn(header: string | null): string[] {
    const values: string[] = [];
    for (const pair of (header ?? "").split(";")) {
      const equals = pair.indexOf("=");
      if (equals < 0 || pair.slice(0, equals).trim() !== this.name) continue;
      const value = pair.slice(equals + 1).trim();
      if (values.length < MOST) values.push(value.slice(0, LARGEST + 1));
    }
    return values;
  }
}
