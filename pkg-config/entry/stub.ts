// What a page may have inline before warmlead.iife.js has come: it keeps the calls, in order, and entry/script.ts makes them later.
// In the oldest JavaScript: were it not understood, the page would see an error.

import type { Recorded } from "./script.ts";

(function (page: { warmlead?: unknown }) {
  if (page.warmlead) return;
  var calls: Recorded[] = [];
  var stub: Record<string, unknown> = { calls: calls };
  "start track page identify consent subscribe flush forget stop load whenReady".split(" ").forEach(function (name) {
    stub[name] = function () {
      if (calls.length < 1000) calls.push([name, arguments]);
    };
  });
  page.warmlead = stub;
})(window as { warmlead?: unknown });
