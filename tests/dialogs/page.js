// Opens overlays and the panel with a stand-in for the client that writes down what it is told.

import { handlers } from "/actions.js";

const calls = (window.calls = []);

/** Opens an overlay for an action, as the client would; `window.close` is what the handler gave back. */
window.show = (action) => {
  const note = (name) => (...given) => void calls.push(given.length > 0 ? [name, ...JSON.parse(JSON.stringify(given))] : [name]);
  const context = Object.fromEntries(["shown", "dismissed", "clicked", "converted", "done", "track", "identify"].map((name) => [name, note(name)]));
  window.closeOverlay = handlers[action.do.type]({ priority: 0, ...action }, context);
};
