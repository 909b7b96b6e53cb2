// The event as the browser client records, stores and sends it: plain data of this page and this moment.

import type { EventDetails } from "../types/browser.d.ts";
import { freshId } from "../entry/id.ts";
import { stringify } from "./json.ts";

export interface RecordedEvent {
  id: string;
  type: string;
  time: number;
  url?: string;
  title?: string;
  referrer?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  offsite?: boolean;
}

/** Where the page stands: what every event is told of it. */
export interface Place {
  url: string;
  title: string;
  referrer: string;
}

/**
 * An event of now. What JSON leaves out is left out here, too, and what is no plain data becomes it, so that storing, scoring and sending
 * all see the same. Throws for what JSON refuses.
 */
export function eventOf(type: string, properties: object | undefined, details: EventDetails, place: Place): RecordedEvent {
  const given = {
    id: freshId(),
    type,
    // A stand-in for the clock may show parts of a millisecond.
    time: Math.floor(Date.now()),
    url: details.url ?? place.url,
    title: details.title ?? place.title,
    referrer: details.referrer ?? (place.referrer || undefined),
    properties,
    traits: details.traits,
    offsite: details.offsite || undefined,
  };
  return JSON.parse(stringify(given)) as RecordedEvent;
}
