// What `start` gives where there is no page, as on a server that renders one: nothing happens, nothing throws, and `error` says why.

import type { Warmlead } from "../types/browser.d.ts";
import type { WarmleadError } from "../entry/error.ts";

export function inert(error: WarmleadError): Warmlead {
  const nothing = () => {};
  const settled = Promise.resolve();
  return {
    ready: settled,
    status: "unsupported",
    // The class is declared by hand as the package's own.
    error: error as Warmlead["error"],
    visitor: "",
    assessment: null,
    next: null,
    document: null,
    model: null,
    consentGiven: null,
    queue: { sends: false, waiting: 0, acknowledged: 0, dropped: 0, store: "memory", online: false, verdict: null, retryAt: null },
    track: nothing,
    page: nothing,
    identify: nothing,
    consent: nothing,
    subscribe: () => nothing,
    flush: () => settled,
    forget: () => settled,
    stop: nothing,
  };
}
