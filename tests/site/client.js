// A stand-in for /warmlead/browser.js: keeps what the site records, and nothing else. Consent outlasts a reload, as the real one's does;
// `known.traits` are those of an earlier visit.

globalThis.recorded = [];
const listeners = new Set();
const traits = { ...globalThis.known?.traits };
const client = {
  status: "running",
  ready: Promise.resolve(),
  consentGiven: sessionStorage.getItem("roomlark-cart") ? true : null,
  assessment: { stage: "visitor", disqualified: [], scores: { engagement: { value: 0 }, fit: { value: 0 } } },
  document: { traits },
  queue: { waiting: 0, online: true, retryAt: null },
  track(type, properties, more) {
    globalThis.recorded.push({ type, properties, ...more });
    Object.assign(traits, more?.traits);
    for (const listener of listeners) listener();
  },
  consent(choice) {
    client.consentGiven = Object.values(choice).some(Boolean);
    client.track("consent", choice);
  },
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export const start = () => client;
