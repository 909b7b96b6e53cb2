// The one file that talks to Warmlead. It loads the client, keeps what the page wants to record until the client is there, and goes on
// quietly without it: a page must never depend on being scored. It knows neither forms nor carts.

/** The running client, or null while it loads and where it could not be loaded. */
export let warmlead = null;

const waiting = [];
const listeners = new Set();

/** Resolves to the client, or to null if there is none. */
export const loaded = import("/warmlead/browser.js").then(({ start }) => {
  warmlead = start();
  for (const call of waiting.splice(0)) call(warmlead);
  warmlead.subscribe(changed);
  // What consent was given on an earlier visit is known only now.
  return warmlead.ready.catch(() => {}).then(() => { changed(); return warmlead; });
}).catch(() => null);

/** Records an event. */
export function track(type, properties, more) {
  withClient((client) => client.track(type, properties, more));
}

/** Records the visitor's choice. */
export function choose(accept) {
  withClient((client) => { client.consent({ analytics: accept, marketing: accept }); changed(); });
}

/** Records that what has been written may be sent: the visit is kept from here on. */
export function allow() {
  withClient((client) => { client.consent({ contact: true }); changed(); });
}

/** Calls `listener` now and after anything visible has changed. Gives back what ends that. */
export function onChange(listener) {
  listeners.add(listener);
  queueMicrotask(listener);
  return () => listeners.delete(listener);
}

function changed() {
  for (const listener of listeners) listener();
}

function withClient(call) {
  if (warmlead) call(warmlead);
  else waiting.push(call);
}
