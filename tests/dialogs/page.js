// Opens overlays and the panel with a stand-in for the client that writes down what it is told.

import { handlers } from "/actions.js";
import { installPanel } from "/panel.js";

const calls = (window.calls = []);

const QUEUE = { sends: true, waiting: 0, acknowledged: 0, dropped: 0, store: "memory", online: true, verdict: null, retryAt: null };

/** What overlays may ask of the client; tests write it with `become`. */
const heard = new Set();
window.client = { consentGiven: true, queue: QUEUE };
window.become = ({ queue, ...what }) => {
  Object.assign(window.client, what, { queue: { ...window.client.queue, ...queue } });
  for (const listener of heard) listener();
};

/** Opens an overlay for an action, as the client would; `window.close` is what the handler gave back. */
window.show = (action) => {
  const note = (name) => (...given) => void calls.push(given.length > 0 ? [name, ...JSON.parse(JSON.stringify(given))] : [name]);
  const context = Object.fromEntries(["shown", "dismissed", "clicked", "converted", "done", "track", "identify"].map((name) => [name, note(name)]));
  Object.defineProperties(context, { consentGiven: { get: () => window.client.consentGiven }, queue: { get: () => window.client.queue } });
  context.subscribe = (listener) => {
    heard.add(listener);
    return () => void heard.delete(listener);
  };
  context.consent = (choice) => {
    note("consent")(choice);
    window.become({ consentGiven: Object.values(choice).includes(true) });
  };
  window.closeOverlay = handlers[action.do.type]({ priority: 0, ...action }, context);
};
window.heard = heard;

const listeners = new Set();

/** The stand-in for a running client: the panel reads it, tests write it with `change`. */
window.warmlead = {
  status: "starting", error: null, visitor: "", assessment: null, next: null, document: null, model: null, consentGiven: null,
  queue: QUEUE,
  subscribe(listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
window.listeners = listeners;

/** Changes what the client says, and tells the panel. */
window.change = (what) => {
  Object.assign(window.warmlead, what);
  for (const listener of listeners) listener();
};

window.panel = installPanel(window.warmlead);
